//! Rules in front of handlers.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use super::authenticator::Authenticator;
use super::{Caller, CurrentUser, Decision, Rule};
use crate::error::{Error, Result};

/// A rule as a type; made with `#[requires_role]`.
#[doc(hidden)]
pub trait GuardRule: Send + Sync + 'static {
    /// Who is let through.
    const RULE: Rule;
}

/// Proof that the caller of a handler was let through by a rule.
///
/// `#[requires_role]` puts it in front of the other parameters, so a refusal comes before the body is read: 401
/// without a token or with a bad one, 403 with too low a role. A rule that lets anybody through looks at no token.
///
/// A test that calls the handler as a function makes one with [`Guard::granted`].
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::Guard;
///
/// /// Adds.
/// #[utoipa::path(get, path = "/sum/{a}/{b}", responses((status = 200, body = i32)))]
/// #[requires_role(Member)]
/// async fn sum(Path((a, b)): Path<(i32, i32)>) -> Json<i32> {
///     Json(a + b)
/// }
///
/// # async fn test() {
/// assert_eq!(sum(Guard::granted(), Path((1, 2))).await.0, 3);
/// # }
/// ```
pub struct Guard<R>(PhantomData<fn() -> R>);

impl<R> Guard<R> {
    /// A guard that asked nobody: for tests that call a handler directly.
    pub const fn granted() -> Self {
        Self(PhantomData)
    }
}

impl<R> Clone for Guard<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Guard<R> {}

impl<R> fmt::Debug for Guard<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Guard")
    }
}

impl Rule {
    /// Lets a caller through or answers why not: [`Decision::Allowed`] or [`Decision::OwnRows`].
    ///
    /// # Errors
    ///
    /// 401 `unauthenticated` without a token where one is needed; 403 `forbidden`, naming the rule.
    pub fn admit(self, caller: Option<&CurrentUser>) -> Result<Decision> {
        match self.decide(caller.map_or(Caller::Anonymous, Caller::from)) {
            Decision::NeedsToken => Err(Error::unauthenticated()),
            Decision::Denied => Err(self.refusal()),
            decision @ (Decision::Allowed | Decision::OwnRows) => Ok(decision),
        }
    }

    /// 403, naming the rule.
    pub(crate) fn refusal(self) -> Error {
        Error::forbidden(format!("this is only for: {self}"))
    }
}

impl<S, R> FromRequestParts<S> for Guard<R>
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
    R: GuardRule,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        if R::RULE.is_public() {
            return Ok(Self::granted());
        }
        let user = CurrentUser::of_request(parts, state).await?;
        match R::RULE.admit(user.as_ref())? {
            Decision::Allowed => Ok(Self::granted()),
            // No row is at hand here whose owner the caller could be.
            _ => Err(R::RULE.refusal()),
        }
    }
}
