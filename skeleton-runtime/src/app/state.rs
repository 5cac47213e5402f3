//! What handlers can ask for.

use axum::extract::FromRef;

use crate::auth::Authenticator;
use crate::db::Db;
use crate::resource::Services;

/// The state of every route: each part is an extractor's source through `FromRef`.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// async fn is_up(State(state): State<AppState>) -> Result<Json<bool>> {
///     Ok(Json(state.db().ping().await.is_ok()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AppState {
    services: Services,
}

impl AppState {
    pub(super) const fn new(services: Services) -> Self {
        Self { services }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.services.db()
    }

    /// What the resources share; a [`Repository`](crate::resource::Repository) is made of it.
    pub const fn services(&self) -> &Services {
        &self.services
    }
}

impl FromRef<AppState> for Services {
    fn from_ref(state: &AppState) -> Self {
        state.services.clone()
    }
}

impl FromRef<AppState> for Db {
    fn from_ref(state: &AppState) -> Self {
        Self::from_ref(&state.services)
    }
}

impl FromRef<AppState> for Authenticator {
    fn from_ref(state: &AppState) -> Self {
        Self::from_ref(&state.services)
    }
}
