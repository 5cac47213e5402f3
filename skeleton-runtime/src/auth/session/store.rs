//! Sessions and refresh tokens in the database.

use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::client::Client;
use super::refresh_token::{self, TokenHash};
use crate::Secret;
use crate::auth::sql;
use crate::db::{Connection, Db, Row, Statement, Value};
use crate::error::{Error, Result};

/// A login of one's own, as it is listed.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{Authenticator, Session};
///
/// async fn addresses(authenticator: &Authenticator, user: Uuid) -> Result<Vec<String>> {
///     let sessions: Vec<Session> = authenticator.sessions(user).await?;
///     Ok(sessions.into_iter().filter_map(|session| session.address).collect())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The claim `sid` of its tokens.
    pub id: Uuid,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Where it was last refreshed from, as far as that is known.
    pub address: Option<String>,
    /// What it was last refreshed with, as far as that is known.
    pub user_agent: Option<String>,
}

/// More than a person looks through.
const LIST: &str = "SELECT id, created_at, last_used_at, expires_at, address, user_agent FROM auth_sessions \
    WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC, id DESC LIMIT 1000";

const INSERT_SESSION: &str = "INSERT INTO auth_sessions \
    (id, user_id, created_at, last_used_at, expires_at, address, user_agent) VALUES ($1, $2, $3, $4, $5, $6, $7)";

const INSERT_TOKEN: &str = "INSERT INTO auth_refresh_tokens (hash, session_id) VALUES ($1, $2)";

/// Also locks the session: of several refreshes at one instant the others wait here.
const USE_SESSION: &str = "UPDATE auth_sessions SET last_used_at = $1, address = $2, user_agent = $3 \
    WHERE id = (SELECT session_id FROM auth_refresh_tokens WHERE hash = $4) \
    AND revoked_at IS NULL AND expires_at > $5 \
    AND EXISTS (SELECT 1 FROM users WHERE users.id = auth_sessions.user_id AND NOT users.disabled) \
    RETURNING id, user_id, \
    (SELECT email FROM users WHERE users.id = auth_sessions.user_id), \
    (SELECT role FROM users WHERE users.id = auth_sessions.user_id)";

const SPEND: &str =
    "UPDATE auth_refresh_tokens SET spent_at = $1 WHERE hash = $2 AND spent_at IS NULL";

const END: &str = "UPDATE auth_sessions SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL";

const END_OWN: &str = "UPDATE auth_sessions SET revoked_at = $1 WHERE id = $2 AND user_id = $3 \
    AND revoked_at IS NULL AND expires_at > $4";

const END_ALL: &str =
    "UPDATE auth_sessions SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL";

const END_OF_TOKEN: &str = "UPDATE auth_sessions SET revoked_at = $1 \
    WHERE id = (SELECT session_id FROM auth_refresh_tokens WHERE hash = $2) AND revoked_at IS NULL RETURNING id, user_id";

/// A session has a spent token for each of its refreshes.
const CLEAR_TOKENS: &str = "DELETE FROM auth_refresh_tokens WHERE hash IN \
    (SELECT hash FROM auth_refresh_tokens JOIN auth_sessions ON auth_sessions.id = session_id \
    WHERE expires_at <= $1 LIMIT 500)";

const CLEAR: &str = "DELETE FROM auth_sessions WHERE id IN \
    (SELECT id FROM auth_sessions WHERE expires_at <= $1 LIMIT 500)";

/// How a refresh went.
#[derive(Debug)]
pub(in crate::auth) enum Refreshed {
    /// The token was spent for a new one.
    Done {
        session: Uuid,
        user: Uuid,
        email: String,
        role: String,
        token: Secret<String>,
    },
    /// It had been spent before, so its session was ended.
    Reused { session: Uuid, user: Uuid },
    /// It is unknown, or its session or account has ended.
    Refused,
}

/// The sessions of a database.
#[derive(Debug, Clone)]
pub(in crate::auth) struct Sessions {
    db: Db,
    /// However often it is refreshed.
    lifetime: Duration,
}

impl Sessions {
    pub(in crate::auth) fn new(db: Db, lifetime: Duration) -> Self {
        Self { db, lifetime }
    }

    /// Begins a session of the configured lifetime; its id, and a refresh token.
    pub(in crate::auth) async fn begin(
        &self,
        connection: &mut Connection,
        user: Uuid,
        client: &Client,
    ) -> Result<(Uuid, Secret<String>)> {
        let session = insert(connection, user, self.lifetime, client).await?;
        let (token, hash) = refresh_token::make()?;
        insert_token(connection, session, hash).await?;
        Ok((session, token))
    }

    /// Begins a session that can't be refreshed.
    pub(in crate::auth) async fn begin_short(
        &self,
        user: Uuid,
        lifetime: Duration,
        client: &Client,
    ) -> Result<Uuid> {
        let mut connection = self.db.write_once().await?;
        insert(&mut connection, user, lifetime, client).await
    }

    /// Spends a refresh token for a new one.
    pub(in crate::auth) async fn refresh(&self, sent: &str, client: &Client) -> Result<Refreshed> {
        let Some(hash) = TokenHash::of(sent) else {
            return Ok(Refreshed::Refused);
        };
        let refreshed = self
            .db
            .transaction(async |connection| refresh(connection, hash, client).await);
        refreshed.await
    }

    /// Ends the session of a refresh token, spent or not; its id and that of its account, if that ended one.
    pub(in crate::auth) async fn end_of_token(&self, sent: &str) -> Result<Option<(Uuid, Uuid)>> {
        let Some(hash) = TokenHash::of(sent) else {
            return Ok(None);
        };
        let mut connection = self.db.write_once().await?;
        let statement = Statement::with_binds(END_OF_TOKEN, vec![now(), hash.value()]);
        let ended = connection.fetch(statement, |row| {
            Ok((sql::uuid(row, 0)?, sql::uuid(row, 1)?))
        });
        Ok(ended.await?.pop())
    }

    /// Ends a session of this account; whether there was one.
    pub(in crate::auth) async fn end(&self, user: Uuid, session: Uuid) -> Result<bool> {
        let binds = vec![now(), Value::Uuid(session), Value::Uuid(user), now()];
        let ended = self.db.execute(Statement::with_binds(END_OWN, binds));
        Ok(ended.await? > 0)
    }

    /// Ends all sessions of this account.
    pub(in crate::auth) async fn end_all(&self, user: Uuid) -> Result<()> {
        end_all(&mut self.db.write_once().await?, user).await
    }

    /// The sessions of this account that hold, the last used first, a thousand at most.
    pub(in crate::auth) async fn list(&self, user: Uuid) -> Result<Vec<Session>> {
        let statement = Statement::with_binds(LIST, vec![Value::Uuid(user), now()]);
        self.db.fetch(statement, session).await
    }

    /// Removes the sessions that have expired; how many.
    pub(in crate::auth) async fn clear(&self) -> Result<usize> {
        let now = now();
        let tokens = Statement::with_binds(CLEAR_TOKENS, vec![now.clone()]);
        self.db.execute_until_none(tokens).await?;
        let sessions = Statement::with_binds(CLEAR, vec![now]);
        self.db.execute_until_none(sessions).await
    }
}

/// Ends all sessions of an account: within the transaction that gives the reason.
pub(in crate::auth) async fn end_all(connection: &mut Connection, user: Uuid) -> Result<()> {
    let statement = Statement::with_binds(END_ALL, vec![now(), Value::Uuid(user)]);
    Connection::execute(connection, statement).await?;
    Ok(())
}

async fn insert(
    connection: &mut Connection,
    user: Uuid,
    lifetime: Duration,
    client: &Client,
) -> Result<Uuid> {
    let session = Uuid::now_v7();
    let began = Utc::now().trunc_subsecs(6);
    let ends = chrono::Duration::from_std(lifetime)
        .ok()
        .and_then(|lifetime| began.checked_add_signed(lifetime))
        .ok_or_else(|| Error::internal("the lifetime of the session is out of range"))?;
    let binds = vec![
        Value::Uuid(session),
        Value::Uuid(user),
        Value::Timestamp(began),
        Value::Timestamp(began),
        Value::Timestamp(ends),
        sql::optional(client.address.map(|address| address.to_string())),
        sql::optional(client.user_agent.clone()),
    ];
    Connection::execute(connection, Statement::with_binds(INSERT_SESSION, binds)).await?;
    Ok(session)
}

async fn insert_token(connection: &mut Connection, session: Uuid, hash: TokenHash) -> Result<()> {
    let binds = vec![hash.value(), Value::Uuid(session)];
    Connection::execute(connection, Statement::with_binds(INSERT_TOKEN, binds)).await?;
    Ok(())
}

async fn refresh(
    connection: &mut Connection,
    hash: TokenHash,
    client: &Client,
) -> Result<Refreshed> {
    let binds = vec![
        now(),
        sql::optional(client.address.map(|address| address.to_string())),
        sql::optional(client.user_agent.clone()),
        hash.value(),
        now(),
    ];
    let mut found = connection
        .fetch(Statement::with_binds(USE_SESSION, binds), |row| {
            Ok((
                sql::uuid(row, 0)?,
                sql::uuid(row, 1)?,
                sql::text(row, 2)?,
                sql::text(row, 3)?,
            ))
        })
        .await?;
    let Some((session, user, email, role)) = found.pop() else {
        return Ok(Refreshed::Refused);
    };
    let spend = Statement::with_binds(SPEND, vec![now(), hash.value()]);
    if Connection::execute(connection, spend).await? == 0 {
        let end = Statement::with_binds(END, vec![now(), Value::Uuid(session)]);
        Connection::execute(connection, end).await?;
        return Ok(Refreshed::Reused { session, user });
    }
    let (token, hash) = refresh_token::make()?;
    insert_token(connection, session, hash).await?;
    Ok(Refreshed::Done {
        session,
        user,
        email,
        role,
        token,
    })
}

fn session(row: &Row<'_>) -> diesel::deserialize::Result<Session> {
    Ok(Session {
        id: sql::uuid(row, 0)?,
        created_at: sql::time(row, 1)?,
        last_used_at: sql::time(row, 2)?,
        expires_at: sql::time(row, 3)?,
        address: sql::optional_text(row, 4)?,
        user_agent: sql::optional_text(row, 5)?,
    })
}

/// As precise as the databases are.
fn now() -> Value {
    Value::Timestamp(Utc::now().trunc_subsecs(6))
}
