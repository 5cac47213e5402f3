//! The first account of the highest role: made by whoever has a token from the log of the service's start.

mod handlers;
mod page;

use std::time::Duration;

use axum::http::{HeaderValue, header};
use chrono::{SubsecRound as _, Utc};

use super::account::{self, Account};
use super::administration::LOCK;
use super::authenticator::Authenticator;
use super::email::Email;
use super::login::refused;
use super::session::Client;
use super::session::refresh_token::{self as random_token, TokenHash};
use crate::Secret;
use crate::db::{self, Connection, Statement, Value};
use crate::error::{Code, Error, Result};
use crate::telemetry::{AuthEvent, auth_event, fields};

pub(super) use handlers::set_up;
pub(super) use page::{page, script};

/// How long a setup token is good: a day, so that who starts a service in the evening can go on in the morning.
pub const SETUP_LIFETIME: Duration = Duration::from_hours(24);

/// An account that is locked out counts too: whoever has a log of old must not become the owner.
const ISSUE: &str = "INSERT INTO auth_setup_tokens (hash, expires_at) \
    SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM users WHERE role = $3)";

const FIND: &str = "SELECT 1 FROM auth_setup_tokens WHERE hash = $1 AND expires_at > $2 \
    AND NOT EXISTS (SELECT 1 FROM users WHERE role = $3)";

/// Of several with one token one deletes it; the others wait for that, and find none.
const SPEND: &str = "DELETE FROM auth_setup_tokens WHERE hash = $1 AND expires_at > $2 \
    AND NOT EXISTS (SELECT 1 FROM users WHERE role = $3)";

const CLEAR: &str = "DELETE FROM auth_setup_tokens WHERE expires_at <= $1";

const CLEAR_ALL: &str = "DELETE FROM auth_setup_tokens";

impl Authenticator {
    /// Makes a token for [`Authenticator::set_up`], unless some account has the highest role. The database has a hash
    /// of it, so this is the only time that it can be told.
    ///
    /// # Errors
    ///
    /// 500 `internal` when the system gives no random bytes; 503 `unavailable` when the database can't be asked.
    pub async fn begin_setup(&self) -> Result<Option<Secret<String>>> {
        let (token, hash) = random_token::make()?;
        let ends = Utc::now().trunc_subsecs(6) + SETUP_LIFETIME;
        let binds = vec![hash.value(), Value::Timestamp(ends), self.highest()];
        let issued = self
            .parts()
            .db
            .execute(Statement::with_binds(ISSUE, binds))
            .await?;
        Ok((issued > 0).then_some(token))
    }

    /// Makes the first account of the highest role, and spends all setup tokens.
    ///
    /// # Errors
    ///
    /// 401 `invalid_credentials` for a token that is unknown, spent or expired, or when some account has the highest
    /// role; 409 `conflict` when the e-mail is taken; 429 `too_many_requests`; 503 `unavailable`.
    pub async fn set_up(
        &self,
        token: &Secret<String>,
        email: &Email,
        password: &Secret<String>,
        client: &Client,
    ) -> Result<Account> {
        let throttle = &self.parts().throttle;
        throttle.register(client.address).await.map_err(refused)?;
        let hash = TokenHash::of(token.expose()).ok_or_else(invalid_token)?;
        // Before the work of a hash, which is not for everybody to ask for.
        let db = &self.parts().db;
        if db
            .fetch(self.claim(FIND, hash), |_| Ok(()))
            .await?
            .is_empty()
        {
            return Err(invalid_token());
        }
        let password = self.parts().passwords.hash(password).await?;
        let account = Account::new(email, Some(password), self.roles().highest());
        let made = db.transaction(async |connection| {
            // Two tokens are two rows, so nobody else may make or change an owner meanwhile.
            db::lock_name(connection, LOCK).await?;
            if Connection::execute(connection, self.claim(SPEND, hash)).await? == 0 {
                return Err(invalid_token());
            }
            account::insert(connection, &account).await?;
            Connection::execute(connection, Statement::new(CLEAR_ALL)).await?;
            Ok(())
        });
        made.await?;
        auth_event(AuthEvent::Registered, Some(&account.id));
        tracing::info!({ fields::ACCOUNT_ID } = %account.id, "the first account of the highest role is made");
        Ok(account)
    }

    fn claim(&self, sql: &'static str, hash: TokenHash) -> Statement {
        Statement::with_binds(sql, vec![hash.value(), now(), self.highest()])
    }

    fn highest(&self) -> Value {
        Value::Text(self.roles().highest().name().to_owned())
    }

    pub(super) async fn clear_setup_tokens(&self) -> Result<usize> {
        let statement = Statement::with_binds(CLEAR, vec![now()]);
        self.parts().db.execute(statement).await
    }
}

fn now() -> Value {
    Value::Timestamp(Utc::now().trunc_subsecs(6))
}

/// One answer, whatever is wrong with it.
fn invalid_token() -> Error {
    let detail = "the setup token is unknown, spent or expired, or the service is set up already";
    Error::new(Code::InvalidCredentials, detail)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
