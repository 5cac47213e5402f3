//! From a request's headers to its caller, and from an account to its token.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use chrono::Utc;
use tracing::Instrument as _;
use uuid::Uuid;

use super::account::{Account, Accounts};
use super::claims::Claims;
use super::email::Email;
use super::password::PasswordHasher;
use super::token::{AccessToken, Subject, TokenKeys};
use super::{CurrentUser, Roles};
use crate::Secret;
use crate::config::AuthConfig;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::telemetry::{self, fields};

/// Knows tokens, passwords and accounts. Clones share everything.
#[derive(Debug, Clone)]
pub struct Authenticator(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    tokens: TokenKeys,
    passwords: PasswordHasher,
    accounts: Accounts,
    roles: &'static Roles,
    token_lifetime: Duration,
    registration_enabled: bool,
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
            accounts: Accounts::new(db, roles),
            roles,
            token_lifetime: config.access_token_lifetime,
            registration_enabled: config.registration_enabled,
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

    pub(super) fn is_registration_enabled(&self) -> bool {
        self.0.registration_enabled
    }

    /// The caller that the `Authorization` header names; `None` without one.
    ///
    /// # Errors
    ///
    /// 401 `unauthenticated` with `error="invalid_token"` for a header that is not one valid bearer token.
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<Option<CurrentUser>> {
        let span = tracing::debug_span!(fields::AUTHENTICATION);
        let caller = self.identify(headers).instrument(span).await?;
        // In the request's own span, for each of its lines.
        if let Some(caller) = &caller {
            telemetry::record_user(&caller.id);
        }
        Ok(caller)
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
        self.caller(claims).await.map(Some)
    }

    /// Who a valid token means.
    #[expect(
        clippy::unused_async,
        reason = "what a token says holds only as long as its account agrees, which is looked up"
    )]
    async fn caller(&self, claims: Claims) -> Result<CurrentUser> {
        Ok(CurrentUser {
            id: claims.sub,
            role: self.0.roles.find(&claims.role),
            email: claims.email,
            session: claims.sid,
            expires_at: claims.exp.to_utc(),
        })
    }

    /// Begins a session of the account, with a token of the configured lifetime.
    ///
    /// # Errors
    ///
    /// 500 `internal` when signing fails.
    pub fn issue(&self, account: &Account) -> Result<AccessToken> {
        self.issue_for(account, self.0.token_lifetime)
    }

    /// Begins a session of the account, with a token of this lifetime (whole seconds).
    ///
    /// # Errors
    ///
    /// 500 `internal` when signing fails or the lifetime goes beyond what a calendar has.
    pub fn issue_for(&self, account: &Account, lifetime: Duration) -> Result<AccessToken> {
        let session = Uuid::now_v7();
        let subject = Subject {
            id: account.id,
            email: &account.email,
            role: &account.role,
            session,
        };
        self.0.tokens.issue(subject, lifetime, Utc::now())
    }

    /// Makes an account with the default role.
    ///
    /// # Errors
    ///
    /// 409 `conflict` when the e-mail is taken; 503 `unavailable` when too many passwords wait to be hashed.
    pub async fn register(&self, email: &Email, password: &Secret<String>) -> Result<Account> {
        let hash = self.0.passwords.hash(password).await?;
        self.0
            .accounts
            .create(email, Some(hash), self.0.roles.default_role())
            .await
    }

    /// The account with this e-mail and password.
    ///
    /// # Errors
    ///
    /// 401 `invalid_credentials`: one answer after one cost for an unknown e-mail, a wrong password, an account
    /// without a password or a disabled one. 503 `unavailable` when too many passwords wait to be hashed.
    pub async fn log_in(&self, email: &str, password: &Secret<String>) -> Result<Account> {
        let account = self
            .0
            .accounts
            .find_by_email(&Email::comparable(email))
            .await?;
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.as_ref());
        let is_right = self.0.passwords.verify(password, hash).await?;
        match account {
            Some(account) if is_right && !account.disabled => {
                self.renew_hash(&account, password).await;
                Ok(account)
            }
            _ => Err(Error::invalid_credentials()),
        }
    }

    /// Brings an old hash up to today's cost. The login holds even if that fails.
    async fn renew_hash(&self, account: &Account, password: &Secret<String>) {
        let Some(old) = account
            .password_hash
            .as_ref()
            .filter(|hash| self.0.passwords.needs_rehash(hash))
        else {
            return;
        };
        let renewed = async {
            let new = self.0.passwords.hash(password).await?;
            self.0.accounts.replace_hash(account.id, old, &new).await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(%error, user.id = %account.id, "a password hash could not be renewed");
        }
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
