//! `routes!` with paths, a comma at its end, and the crate named.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// Answers.
#[utoipa::path(get, path = "/ping")]
#[requires_role(public)]
pub async fn ping() {}

/// The usual way.
#[must_use]
pub fn usual() -> skeleton_runtime::app::Routes {
    routes!(ping, self::ping,)
}

/// With the crate.
#[must_use]
pub fn with_crate() -> skeleton_runtime::app::Routes {
    routes!(crate = ::skeleton_runtime, ping)
}

/// Handlers of another module.
pub mod admin {
    use skeleton_runtime::prelude::*;

    /// Deletes all.
    #[utoipa::path(delete, path = "/all")]
    #[requires_role(Admin)]
    pub async fn purge() {}
}

/// By a `use`, under a name of its own.
#[must_use]
pub fn imported() -> skeleton_runtime::app::Routes {
    use admin::purge as delete_all;

    routes!(delete_all)
}

/// Within a function.
#[must_use]
pub fn local() -> skeleton_runtime::app::Routes {
    /// Answers too.
    #[requires_role(public)]
    #[utoipa::path(get, path = "/local")]
    async fn pong() {}

    routes!(pong)
}
