//! From a request's headers to its caller, and from an account to its token.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use chrono::Utc;
use tracing::Instrument as _;
use uuid::Uuid;

use super::account::{Account, Accounts};
use super::claims::Claims;
use super::password::PasswordHasher;
use super::session::{Client, LiveSessions, Sessions};
use super::throttle::Throttle;
use super::token::{AccessToken, Subject, TokenKeys};
use super::{CurrentUser, Roles};
use crate::config::AuthConfig;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::telemetry::{self, AuthEvent, Leaf, fields};

/// Knows tokens, passwords and accounts. Clones share everything.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::Authenticator;
///
/// /// Says how many accounts have the highest role.
/// #[utoipa::path(get, path = "/owners", responses((status = 200, body = i64)))]
/// #[requires_role(Admin)]
/// async fn owners(State(authenticator): State<Authenticator>) -> Result<Json<i64>> {
///     let highest = authenticator.roles().highest();
///     authenticator.accounts().count_of(highest).await.map(Json)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Authenticator(Arc<Parts>);

#[derive(Debug)]
pub(super) struct Parts {
    pub(super) db: Db,
    tokens: TokenKeys,
    pub(super) passwords: PasswordHasher,
    accounts: Accounts,
    pub(super) sessions: Sessions,
    pub(super) live: LiveSessions,
    pub(super) throttle: Throttle,
    pub(super) roles: &'static Roles,
    pub(super) token_lifetime: Duration,
    registration_enabled: bool,
    password_grant_enabled: bool,
}

impl Authenticator {
    /// An authenticator over the accounts of a database.
    ///
    /// # Errors
    ///
    /// 500 `internal` for a secret under 32 bytes or impossible costs of argon2; a configuration that was read from
    /// the environment has neither.
    pub fn new(config: &AuthConfig, roles: &'static Roles, db: Db) -> Result<Self> {
        Ok(Self(Arc::new(Parts {
            tokens: TokenKeys::new(config)?,
            passwords: PasswordHasher::new(&config.argon2)?,
            accounts: Accounts::new(db.clone(), roles),
            sessions: Sessions::new(db.clone(), config.refresh_token_lifetime),
            live: LiveSessions::new(db.clone()),
            throttle: Throttle::new(config, db.clone()),
            db,
            roles,
            token_lifetime: config.access_token_lifetime,
            registration_enabled: config.registration_enabled,
            password_grant_enabled: config.password_grant_enabled,
        })))
    }

    /// The roles of the application.
    pub fn roles(&self) -> &'static Roles {
        self.0.roles
    }

    /// The accounts.
    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// Removes what has expired, of all accounts; how much.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn clear_expired(&self) -> Result<usize> {
        let sessions = self.0.sessions.clear().await?;
        let counters = self.0.throttle.clear().await?;
        Ok(sessions + counters + self.clear_setup_tokens().await?)
    }

    /// Has what is known of an account's sessions forgotten, so that a change that was committed binds here at once; and
    /// tells of it.
    pub fn account_changed(&self, id: Uuid) {
        self.0.live.forget_user(id);
        telemetry::auth_event(AuthEvent::AccountChanged, Some(&id));
    }

    pub(super) fn jwks(&self) -> Option<&str> {
        self.0.tokens.jwks()
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(super) fn is_registration_enabled(&self) -> bool {
        self.0.registration_enabled
    }

    pub(super) fn is_password_grant_enabled(&self) -> bool {
        self.0.password_grant_enabled
    }

    /// The caller that the `Authorization` header names; `None` without one.
    ///
    /// # Errors
    ///
    /// 401 `unauthenticated` with `error="invalid_token"` for a header that is not one valid bearer token, or one whose
    /// session or account has ended; 503 `unavailable` when the database can't be asked.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
        let caller = match self.remembered(headers) {
            Some(caller) => Some(caller),
            None => {
                let span = tracing::debug_span!(fields::AUTHENTICATION);
                Box::pin(self.identify(headers).instrument(span)).await?
            }
        };
        // In the request's own span, for each of its lines.
        if let Some(caller) = &caller {
            telemetry::record_user(&caller.id);
        }
        Ok(caller)
    }

    /// A caller about whom nobody has to be asked.
    fn remembered(&self, headers: &HeaderMap) -> Option<CurrentUser> {
        let mut leaf = Leaf::begin(fields::AUTHENTICATION);
        let token = bearer_token(headers).ok()??;
        let claims = self.0.tokens.known(token, Utc::now())?;
        let role = self.0.live.known_role(claims.sid, claims.sub)?;
        let caller = self.caller(&claims, &role);
        leaf.end();
        Some(caller)
    }

    async fn identify(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
        let Some(token) = bearer_token(headers)? else {
            return Ok(None);
        };
        let claims = self
            .0
            .tokens
            .verify(token, Utc::now())
            .map_err(Error::invalid_token)?;
        let role = self.0.live.role(claims.sid, claims.sub).await?;
        let role = role.ok_or_else(|| {
            Error::invalid_token("the session has ended, or the account is gone or disabled")
        })?;
        Ok(Some(self.caller(&claims, &role)))
    }

    /// Who a valid token means whose session holds: the lower of its role and the account's decides.
    fn caller(&self, claims: &Claims, role: &str) -> CurrentUser {
        let roles = self.0.roles;
        let role = match (roles.find(&claims.role), roles.find(role)) {
            (Some(claimed), Some(own)) => claimed.common(own),
            _ => None,
        };
        CurrentUser {
            id: claims.sub,
            role,
            email: claims.email.clone(),
            session: claims.sid,
            expires_at: claims.exp.to_utc(),
        }
    }

    /// Begins a session of the account that can't be refreshed, with a token of the configured lifetime.
    ///
    /// # Errors
    ///
    /// As [`Authenticator::issue_for`].
    pub async fn issue(&self, account: &Account) -> Result<AccessToken> {
        self.issue_for(account, self.0.token_lifetime, &Client::default())
            .await
    }

    /// Begins a session of the account that can't be refreshed, with a token of this lifetime (whole seconds).
    ///
    /// # Errors
    ///
    /// 500 `internal` when signing fails or the lifetime goes beyond what a calendar has; 503 `unavailable` when the
    /// database can't be asked.
    pub async fn issue_for(
        &self,
        account: &Account,
        lifetime: Duration,
        client: &Client,
    ) -> Result<AccessToken> {
        let sessions = &self.0.sessions;
        let session = sessions.begin_short(account.id, lifetime, client).await?;
        self.sign(account.id, &account.email, &account.role, session, lifetime)
    }

    pub(super) fn sign(
        &self,
        id: Uuid,
        email: &str,
        role: &str,
        session: Uuid,
        lifetime: Duration,
    ) -> Result<AccessToken> {
        let subject = Subject {
            id,
            email,
            role,
            session,
        };
        self.0.tokens.issue(subject, lifetime, Utc::now())
    }
}

/// The token of the one `Authorization` header.
fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Error::invalid_token(
            "there is more than one Authorization header",
        ));
    }
    let parts = value
        .to_str()
        .ok()
        .and_then(|value| value.trim().split_once(' '));
    match parts {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => {
            Ok(Some(token.trim_start()))
        }
        _ => Err(Error::invalid_token(
            "the Authorization header has no bearer token",
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                header::AUTHORIZATION,
                HeaderValue::from_bytes(value).unwrap(),
            );
        }
        headers
    }

    #[test]
    fn the_scheme_may_be_in_any_case() {
        assert_eq!(bearer_token(&HeaderMap::new()).unwrap(), None);
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c"] {
            assert_eq!(
                bearer_token(&headers(&[value.as_bytes()])).unwrap(),
                Some("a.b.c"),
                "{value}"
            );
        }
    }

    #[test]
    fn whatever_else_is_sent_is_a_bad_token() {
        let cases: [&[&[u8]]; 8] = [
            &[b""],
            &[b"Bearer"],
            &[b"Bearer "],
            &[b"a.b.c"],
            &[b"Basic YTpi"],
            &[b"Bearer\ta.b.c"],
            &[b"Bearer \xff"],
            &[b"Bearer a.b.c", b"Bearer a.b.c"],
        ];
        for values in cases {
            let error = bearer_token(&headers(values)).unwrap_err();
            assert_eq!(
                error.code(),
                crate::error::Code::Unauthenticated,
                "{values:?}"
            );
        }
    }
}
