//! The caller, as handlers see them.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::authenticator::Authenticator;
use super::{Caller, RoleRef, RoleSet};
use crate::error::{Error, Result};

/// The account whose token came with the request.
///
/// As a parameter of a handler it asks for a token (401 without); `Option<CurrentUser>` does not, but a token that is
/// sent must hold all the same (401).
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// #[utoipa::path(get, path = "/whoami", responses((status = 200, body = String)))]
/// #[requires_role(authenticated)]
/// async fn whoami(caller: CurrentUser) -> Json<String> {
///     let rank = if caller.is_at_least(Role::Admin) { "an admin" } else { "somebody" };
///     Json(format!("{} is {rank}", caller.email))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser {
    /// The account.
    pub id: Uuid,
    /// Its e-mail when the token was issued.
    pub email: String,
    /// Its role; `None` when the token names a role that the application does not have (any more). Such a caller
    /// passes where any account does, and nowhere else.
    pub role: Option<RoleRef>,
    /// The login that the token descends from.
    pub session: Uuid,
    /// When the token ends.
    pub expires_at: DateTime<Utc>,
}

impl CurrentUser {
    /// Whether the caller has at least this role.
    pub fn is_at_least<R: RoleSet>(&self, role: R) -> bool {
        self.role.is_some_and(|own| own.includes(role.role()))
    }

    /// The caller of a request, if it has a token. The token is verified once, however often this is asked.
    ///
    /// # Errors
    ///
    /// 401 `unauthenticated` for a token that does not hold.
    pub async fn of_request<S>(parts: &mut Parts, state: &S) -> Result<Option<Self>>
    where
        Authenticator: FromRef<S>,
    {
        if let Some(Verified(user)) = parts.extensions.get() {
            return Ok(user.clone());
        }
        let authenticator = Authenticator::from_ref(state);
        let user = authenticator.authenticate(&parts.headers).await?;
        parts.extensions.insert(Verified(user.clone()));
        Ok(user)
    }
}

impl From<&CurrentUser> for Caller {
    fn from(user: &CurrentUser) -> Self {
        user.role.map_or(Self::WithoutRole, Self::WithRole)
    }
}

/// What was found out of a request, kept in its extensions.
#[derive(Debug, Clone)]
struct Verified(Option<CurrentUser>);

impl<S> OptionalFromRequestParts<S> for CurrentUser
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>> {
        Self::of_request(parts, state).await
    }
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Self::of_request(parts, state)
            .await?
            .ok_or_else(Error::unauthenticated)
    }
}
