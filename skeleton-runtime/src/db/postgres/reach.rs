//! One try to connect, and what its failure means.

use tokio::time::timeout;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::{PgManager, chain};
use crate::db::open::CREATE_TIMEOUT;
use crate::db::reach::Reach;

const CREDENTIALS_FIX: &str =
    "give DATABASE_URL (or DB_USER and DB_PASSWORD) a user and password that the server takes";

impl PgManager {
    /// Connects once, beside the pool.
    pub(in crate::db) async fn reach(&self) -> Reach {
        let connecting = self.config.connect(self.tls.clone());
        match timeout(CREATE_TIMEOUT, connecting).await {
            Ok(Ok(_)) => Reach::There,
            Ok(Err(error)) => meaning(&error),
            Err(late) => Reach::Away(late.to_string()),
        }
    }
}

fn meaning(error: &Error) -> Reach {
    let text = chain(error);
    let refused = |what: &str, fix| {
        let said = error
            .as_db_error()
            .map_or(text.as_str(), |said| said.message());
        Reach::Refused {
            wrong: format!("{what}: {said}"),
            fix,
        }
    };
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            refused("is refused by the server", CREDENTIALS_FIX)
        }
        Some(&SqlState::INVALID_CATALOG_NAME) => refused(
            "names a database that is not there",
            "make it, as `createdb NAME` or `CREATE DATABASE name` does, or name another one",
        ),
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => refused(
            "names a database that this user may not use",
            "run `GRANT CONNECT ON DATABASE name TO user`, or name another user",
        ),
        // The client's own words, where the server asks for a password and the URL has none.
        None if text.contains("password missing") => refused(
            "has no password, and the server asks for one",
            CREDENTIALS_FIX,
        ),
        _ => Reach::Away(text),
    }
}
