//! Sessions: one for each login, with all tokens that descend from it.
//!
//! Every race is decided by the database. Whoever locks several rows takes them in the order account, session, refresh
//! token, so that no two wait for each other.

mod client;
mod live;
pub(super) mod refresh_token;
mod store;

pub use client::{Client, ClientAddress};
pub use store::Session;

pub(super) use live::LiveSessions;
pub(super) use store::{Refreshed, Sessions, end_all};

use crate::Secret;
use crate::auth::AccessToken;

/// What a login or a refresh gives.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Authenticator, Client, Tokens};
///
/// async fn next(authenticator: &Authenticator, token: &str, client: &Client) -> Result<Tokens> {
///     let tokens = authenticator.refresh(token, client).await?;
///     assert_ne!(tokens.refresh.expose(), token, "each is good for one refresh");
///     Ok(tokens)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For the `Authorization` header.
    pub access: AccessToken,
    /// For the next refresh, once.
    pub refresh: Secret<String>,
}
