//! Guards above and below `#[utoipa::path]`, and every term.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// One role, above.
#[requires_role(Admin)]
#[utoipa::path(get, path = "/above", responses((status = 200, body = String)))]
pub async fn above() -> &'static str {
    "above"
}

/// Several, below.
#[utoipa::path(get, path = "/below/{id}", params(("id" = Uuid, Path)), responses((status = 200, body = String)))]
#[requires_role(Admin | exactly(Viewer))]
pub async fn below(Path(id): Path<Uuid>) -> String {
    id.to_string()
}

/// Whoever has an account.
#[utoipa::path(post, path = "/anyone", request_body = JsonValue)]
#[requires_role(authenticated)]
pub async fn anyone(_user: CurrentUser, Json(_body): Json<JsonValue>) {}

/// Anybody, under a name that is a keyword.
#[utoipa::path(get, path = "/move")]
#[requires_role(public)]
pub async fn r#move() {}

/// Handlers of a module.
pub mod inner {
    use skeleton_runtime::prelude::*;

    /// Private but for its module.
    #[utoipa::path(delete, path = "/inner")]
    #[requires_role(Owner)]
    pub(super) async fn purge() {}
}

/// All of them.
#[must_use]
pub fn routes() -> skeleton_runtime::app::Routes {
    routes!(above, below, anyone, r#move, inner::purge)
}
