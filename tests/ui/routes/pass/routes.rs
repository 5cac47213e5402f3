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
