//! From a password or a refresh token to tokens, and their end.

use std::fmt::Display;

use axum::http::{HeaderValue, header};
use uuid::Uuid;

use super::account::{self, Account};
use super::authenticator::Authenticator;
use super::email::Email;
use super::session::{self, Client, Refreshed, Session, Tokens};
use crate::Secret;
use crate::error::{Code, Error, Result};
use crate::telemetry::{AuthEvent, auth_event};

impl Authenticator {
    /// Makes an account with the default role.
    ///
    /// # Errors
    ///
    /// 409 `conflict` when the e-mail is taken; 429 `too_many_requests`; 503 `unavailable` when too many passwords
    /// wait to be hashed.
    pub async fn register(
        &self,
        email: &Email,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<Account> {
        let throttle = &self.parts().throttle;
        throttle.register(client.address).await.map_err(refused)?;
        let hash = self.parts().passwords.hash(password).await?;
        let role = self.roles().default_role();
        let account = self.accounts().create(email, Some(hash), role).await?;
        auth_event(AuthEvent::Registered, Some(&account.id));
        Ok(account)
    }

    /// Begins a session of the account with this e-mail and password.
    ///
    /// # Errors
    ///
    /// 401 `invalid_credentials`: one answer after one cost for an unknown e-mail, a wrong password, an account
    /// without a password or a disabled one. 429 `too_many_requests` when too many logins failed of late; 503
    /// `unavailable` when too many passwords wait to be hashed.
    pub async fn log_in(
        &self,
        email: &str,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<Tokens> {
        let email = Email::comparable(email);
        let throttle = &self.parts().throttle;
        let attempt = throttle.begin_login(&email, client.address).await;
        let attempt = attempt.map_err(refused)?;
        let account = self.accounts().find_by_email(&email).await?;
        let user = account.as_ref().map(|account| account.id);
        match self.try_log_in(account, password, client).await {
            Ok(tokens) => {
                throttle.succeeded(attempt).await;
                auth_event(AuthEvent::LoggedIn, id(user.as_ref()));
                Ok(tokens)
            }
            Err(error) if error.code() == Code::InvalidCredentials => {
                auth_event(AuthEvent::LoginFailed, id(user.as_ref()));
                Err(refused(throttle.failed(attempt, error).await))
            }
            Err(error) => Err(error),
        }
    }

    async fn try_log_in(
        &self,
        account: Option<Account>,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<Tokens> {
        let (account, hash) = self.verified(account, password).await?;
        let new = self.renewed(&account, &hash, password).await;
        let begun = self.parts().db.transaction(async |connection| {
            let role = account::confirm_password(connection, account.id, &hash, &new).await?;
            let role = role.ok_or_else(Error::invalid_credentials)?;
            let sessions = &self.parts().sessions;
            let (session, token) = sessions.begin(connection, account.id, client).await?;
            Ok::<_, Error>((role, session, token))
        });
        let (role, session, refresh) = begun.await?;
        self.tokens(account.id, &account.email, &role, session, refresh)
    }

    /// The account and its hash, if the password is right and it may log in.
    async fn verified(
        &self,
        account: Option<Account>,
        password: &Secret<String>,
    ) -> Result<(Account, Secret<String>)> {
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let passwords = &self.parts().passwords;
        let is_right = passwords.verify(password, hash.as_ref()).await?;
        match (account, hash) {
            (Some(account), Some(hash)) if is_right && !account.disabled => Ok((account, hash)),
            _ => Err(Error::invalid_credentials()),
        }
    }

    /// The hash at today's cost. The login holds even if that fails.
    async fn renewed(
        &self,
        account: &Account,
        hash: &Secret<String>,
        password: &Secret<String>,
    ) -> Secret<String> {
        let passwords = &self.parts().passwords;
        if !passwords.needs_rehash(hash) {
            return hash.clone();
        }
        passwords.hash(password).await.unwrap_or_else(|error| {
            tracing::warn!(%error, user.id = %account.id, "a password hash could not be renewed");
            hash.clone()
        })
    }

    fn tokens(
        &self,
        user: Uuid,
        email: &str,
        role: &str,
        session: Uuid,
        refresh: Secret<String>,
    ) -> Result<Tokens> {
        let lifetime = self.parts().token_lifetime;
        let access = self.sign(user, email, role, session, lifetime)?;
        Ok(Tokens { access, refresh })
    }

    /// Spends a refresh token for new tokens, with the role that the account has now.
    ///
    /// # Errors
    ///
    /// 401 `invalid_refresh_token` for one that is unknown, spent, expired or revoked. A spent one also ends its
    /// session, for somebody has it who should not. 429 `too_many_requests`.
    pub async fn refresh(&self, token: &str, client: &Client) -> Result<Tokens> {
        let throttle = &self.parts().throttle;
        throttle.refresh(client.address).await.map_err(refused)?;
        match self.parts().sessions.refresh(token, client).await? {
            Refreshed::Done {
                session,
                user,
                email,
                role,
                token,
            } => {
                let tokens = self.tokens(user, &email, &role, session, token)?;
                auth_event(AuthEvent::Refreshed, Some(&user));
                Ok(tokens)
            }
            Refreshed::Reused { session, user } => {
                self.parts().live.forget(session);
                auth_event(AuthEvent::RefreshReused, Some(&user));
                Err(invalid_refresh_token())
            }
            Refreshed::Refused => {
                auth_event(AuthEvent::RefreshFailed, None);
                Err(invalid_refresh_token())
            }
        }
    }

    /// Ends the session of a refresh token, if there is one.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn log_out(&self, token: &str) -> Result<()> {
        if let Some((session, user)) = self.parts().sessions.end_of_token(token).await? {
            self.parts().live.forget(session);
            auth_event(AuthEvent::LoggedOut, Some(&user));
        }
        Ok(())
    }

    /// The sessions of an account that hold, the last used first.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn sessions(&self, user: Uuid) -> Result<Vec<Session>> {
        self.parts().sessions.list(user).await
    }

    /// Ends one session of an account.
    ///
    /// # Errors
    ///
    /// 404 `not_found` when the account has no such session; 503 `unavailable` when the database can't be asked.
    pub async fn end_session(&self, user: Uuid, session: Uuid) -> Result<()> {
        let ended = self.parts().sessions.end(user, session).await?;
        self.parts().live.forget(session);
        if ended {
            auth_event(AuthEvent::LoggedOut, Some(&user));
            Ok(())
        } else {
            Err(Error::not_found())
        }
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked.
    pub async fn end_sessions(&self, user: Uuid) -> Result<()> {
        self.parts().sessions.end_all(user).await?;
        self.parts().live.forget_user(user);
        auth_event(AuthEvent::LoggedOut, Some(&user));
        Ok(())
    }

    /// Sets a new password, and ends all sessions of the account.
    ///
    /// # Errors
    ///
    /// 401 `invalid_credentials` when `current` is wrong, or was changed meanwhile: that counts as a failed login. 429
    /// `too_many_requests` after too many of them; 503 `unavailable` when too many passwords wait to be hashed.
    pub async fn change_password(
        &self,
        user: Uuid,
        current: &Secret<String>,
        new: &Secret<String>,
        client: &Client,
    ) -> Result<()> {
        let account = self.accounts().find(user).await?;
        let email = account.as_ref().map_or("", |account| &account.email);
        let throttle = &self.parts().throttle;
        let attempt = throttle
            .begin_login(&Email::comparable(email), client.address)
            .await
            .map_err(refused)?;
        match self.try_change_password(account, current, new).await {
            Ok(()) => throttle.succeeded(attempt).await,
            Err(error) if error.code() == Code::InvalidCredentials => {
                auth_event(AuthEvent::LoginFailed, Some(&user));
                return Err(refused(throttle.failed(attempt, error).await));
            }
            Err(error) => return Err(error),
        }
        self.parts().live.forget_user(user);
        auth_event(AuthEvent::PasswordChanged, Some(&user));
        Ok(())
    }

    async fn try_change_password(
        &self,
        account: Option<Account>,
        current: &Secret<String>,
        new: &Secret<String>,
    ) -> Result<()> {
        let (account, old) = self.verified(account, current).await?;
        let new = self.parts().passwords.hash(new).await?;
        let changed = self.parts().db.transaction(async |connection| {
            if !account::change_password(connection, account.id, &old, &new).await? {
                return Err(Error::invalid_credentials());
            }
            session::end_all(connection, account.id).await
        });
        changed.await
    }
}

fn id(user: Option<&Uuid>) -> Option<&dyn Display> {
    user.map(|user| user as &dyn Display)
}

/// Tells of an attempt that is refused, if it is one of too many.
pub(super) fn refused(error: Error) -> Error {
    if error.code() == Code::TooManyRequests {
        auth_event(AuthEvent::Throttled, None);
    }
    error
}

/// One answer, whatever is wrong with it.
fn invalid_refresh_token() -> Error {
    Error::new(
        Code::InvalidRefreshToken,
        "the refresh token is unknown, spent, expired or revoked",
    )
    .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
