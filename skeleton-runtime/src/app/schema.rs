//! Whether the database has the schema of this program: until then nothing is served from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::db::{AnyBackend, Db, MigrateError, Migrations};
use crate::{Error, Result};

use super::cli::Failure;

/// How often a database that was out of reach is asked again.
const PAUSE: Duration = Duration::from_secs(1);

const OUT_OF_REACH: &str = "the database is out of reach; serving 503 until it returns";

/// A switch that is turned once the schema is there. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema(Arc<AtomicBool>, Arc<AtomicUsize>);

impl Schema {
    /// Applies what is pending, or refuses to start. A database out of reach does not stop the start; it is asked
    /// again in the background.
    ///
    /// # Errors
    ///
    /// Pending migrations that are not to be applied, one that fails, a SQLite file that can't be used.
    pub(super) async fn prepare(
        migrations: &Migrations,
        db: &Db,
        is_automatic: bool,
    ) -> Result<Self, Failure> {
        let schema = Self::default();
        let database_is_elsewhere = db.backend() != AnyBackend::Sqlite;
        match bring_up(migrations, db, is_automatic).await {
            Ok(pending) if pending.is_empty() => schema.0.store(true, Ordering::Release),
            Ok(pending) => return Err(Failure::Config(explain(&pending))),
            Err(error) if error.is_unavailable() && database_is_elsewhere => {
                tracing::error!(%error, "{OUT_OF_REACH}");
                schema.wait_for(migrations, db, is_automatic);
            }
            // A file does not come back by itself.
            Err(error) if error.is_unavailable() => {
                let help = "help: set DATABASE_URL to a file that this user may write";
                return Err(Failure::Config(format!("{error}\n  {help}")));
            }
            Err(error) => return Err(Failure::failed(error)),
        }
        Ok(schema)
    }

    /// The schema of a database that is out of reach, for this reason.
    pub(super) fn awaited(migrations: &Migrations, db: &Db, is_automatic: bool, why: &str) -> Self {
        let schema = Self::default();
        tracing::error!(error = why, "{OUT_OF_REACH}");
        schema.wait_for(migrations, db, is_automatic);
        schema
    }

    fn wait_for(&self, migrations: &Migrations, db: &Db, is_automatic: bool) {
        let (migrations, db) = (migrations.clone(), db.clone());
        tokio::spawn(self.clone().wait(migrations, db, is_automatic));
    }

    /// Returns once the schema is there.
    pub(super) async fn wait_until_ready(&self) {
        while !self.is_ready() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn wait(self, migrations: Migrations, db: Db, is_automatic: bool) {
        let mut told = String::new();
        while !self.is_ready() {
            tokio::time::sleep(PAUSE).await;
            let found = bring_up(&migrations, &db, is_automatic).await;
            if let Ok(pending) = &found {
                self.1.store(pending.len(), Ordering::Relaxed);
            }
            let trouble = match found {
                Ok(pending) if pending.is_empty() => {
                    self.0.store(true, Ordering::Release);
                    tracing::info!("the database is back, with the schema of this program");
                    return;
                }
                Ok(pending) => explain(&pending),
                Err(error) if error.is_unavailable() => continue,
                Err(error) => error.to_string(),
            };
            // Once is enough, until it is something else.
            if trouble != told {
                tracing::error!(%trouble, "the schema is not that of this program; serving 503");
                told = trouble;
            }
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// How many migrations were pending when the database was last asked; 0 before.
    pub(super) fn pending(&self) -> usize {
        self.1.load(Ordering::Relaxed)
    }

    /// For `/health/ready`.
    pub(super) fn check(&self) -> Result<Duration> {
        if self.is_ready() {
            Ok(Duration::ZERO)
        } else {
            Err(unavailable())
        }
    }

    /// Answers 503 until the schema is there.
    pub(super) async fn gate(State(schema): State<Self>, request: Request, next: Next) -> Response {
        if schema.is_ready() {
            next.run(request).await
        } else {
            unavailable().into_response()
        }
    }
}

/// Applies what is pending, if it may; what is still pending then.
async fn bring_up(
    migrations: &Migrations,
    db: &Db,
    is_automatic: bool,
) -> Result<Vec<String>, MigrateError> {
    if !is_automatic {
        return migrations.pending(db).await;
    }
    migrations.run(db).await.map(|_| Vec::new())
}

fn explain(pending: &[String]) -> String {
    let [what, wrong] = told(pending);
    format!("{what} {wrong}\n  help: run `migrate run` first, or set AUTO_MIGRATE=true")
}

/// How many migrations are pending, and which.
pub(super) fn told(pending: &[String]) -> [String; 2] {
    let (count, names) = (pending.len(), pending.join(", "));
    match count {
        1 => ["1 migration".to_owned(), format!("is pending: {names}")],
        _ => [
            format!("{count} migrations"),
            format!("are pending: {names}"),
        ],
    }
}

fn unavailable() -> Error {
    Error::unavailable(
        PAUSE,
        "the schema of the database is not that of this program yet",
    )
}
