//! Applying and reverting.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::migration::CREATE_MIGRATIONS_TABLE;
use diesel::result::Error as DieselError;
use diesel_async::{SimpleAsyncConnection, TransactionManager};
use futures_util::future::BoxFuture;

#[cfg(feature = "sqlite")]
use super::lock;
use super::source::Migration;
use super::{MigrateError, MigrationStatus, Migrations, split};
use crate::db::backend::AnyBackend;
use crate::db::connection::Connection;
use crate::db::pool::Db;
use crate::db::statement::Statement;
use crate::db::transaction::AnyTransactionManager;
use crate::db::value::Value;

/// How often a migration that takes long is told of.
const PROGRESS: Duration = Duration::from_secs(5);

impl Migrations {
    /// Applies those that the database does not have, and returns their names.
    ///
    /// # Errors
    ///
    /// See [`MigrateError`]: with the name of the migration that failed, and why.
    pub async fn run(&self, db: &Db) -> Result<Vec<String>, MigrateError> {
        // Nothing to do is the usual case, and needs no lock.
        if self.pending(db).await?.is_empty() {
            return Ok(Vec::new());
        }
        // Boxed, for futures that are part of others grow large and deep, and this one is rare.
        let applying: BoxFuture<'_, _> = Box::pin(async {
            let mut session = Session::start(db).await?;
            self.apply(&mut session.connection, |_| true).await
        });
        applying.await
    }

    /// Reverts the last `count` that were applied, the latest first, and returns their names.
    ///
    /// # Errors
    ///
    /// See [`MigrateError`]; also when one has no `down.sql`, or is not of this program.
    pub async fn revert(&self, db: &Db, count: usize) -> Result<Vec<String>, MigrateError> {
        let reverting: BoxFuture<'_, _> = Box::pin(async {
            let mut session = Session::start(db).await?;
            self.undo(&mut session.connection, count).await
        });
        reverting.await
    }

    /// Reverts the last `count` that were applied and applies them again, and returns their names in that order.
    ///
    /// # Errors
    ///
    /// As [`Migrations::revert`] and [`Migrations::run`].
    pub async fn redo(&self, db: &Db, count: usize) -> Result<Vec<String>, MigrateError> {
        let redoing: BoxFuture<'_, _> = Box::pin(async {
            let mut session = Session::start(db).await?;
            let names = self.undo(&mut session.connection, count).await?;
            self.apply(&mut session.connection, |name| {
                names.iter().any(|one| one == name)
            })
            .await
        });
        redoing.await
    }

    /// The names of those that the database does not have. Changes nothing.
    ///
    /// # Errors
    ///
    /// See [`MigrateError`].
    pub async fn pending(&self, db: &Db) -> Result<Vec<String>, MigrateError> {
        let status = self.status(db).await?;
        let pending = status.into_iter().filter(|status| !status.applied);
        Ok(pending.map(|status| status.name).collect())
    }

    /// Where each one stands, by version. Changes nothing.
    ///
    /// # Errors
    ///
    /// See [`MigrateError`].
    pub async fn status(&self, db: &Db) -> Result<Vec<MigrationStatus>, MigrateError> {
        let ordered = self.ordered(db.backend())?;
        let mut applied = applied(&mut db.read().await?).await?;
        let known = ordered.into_iter().map(|migration| MigrationStatus {
            applied: applied.remove(&migration.version),
            version: migration.version,
            name: migration.name,
            known: true,
        });
        let mut all: Vec<_> = known.collect();
        all.extend(applied.into_iter().map(|version| MigrationStatus {
            name: version.clone(),
            version,
            applied: true,
            known: false,
        }));
        all.sort_by(|left, right| left.version.cmp(&right.version));
        Ok(all)
    }

    async fn apply(
        &self,
        connection: &mut Connection,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, MigrateError> {
        let ordered = self.ordered(connection.backend())?;
        connection.batch_execute(CREATE_MIGRATIONS_TABLE).await?;
        // Asked again: another instance may have been here first.
        let applied = applied(connection).await?;
        let mut names = Vec::new();
        let pending = ordered.into_iter().filter(|migration| {
            !applied.contains(&migration.version) && is_wanted(&migration.name)
        });
        for migration in pending {
            let note = "INSERT INTO __diesel_schema_migrations (version) VALUES ($1)";
            let began = Instant::now();
            step(connection, &migration, &migration.up, note).await?;
            tracing::info!(migration = migration.name, elapsed = ?began.elapsed(), "migration applied");
            names.push(migration.name);
        }
        Ok(names)
    }

    async fn undo(
        &self,
        connection: &mut Connection,
        count: usize,
    ) -> Result<Vec<String>, MigrateError> {
        let ordered = self.ordered(connection.backend())?;
        let applied = applied(connection).await?;
        let mut names = Vec::new();
        for version in applied.into_iter().rev().take(count) {
            let Some(migration) = ordered.iter().find(|known| known.version == version) else {
                return Err(MigrateError::Unknown(version));
            };
            let Some(down) = &migration.down else {
                return Err(MigrateError::NoDown(migration.name.clone()));
            };
            let note = "DELETE FROM __diesel_schema_migrations WHERE version = $1";
            step(connection, migration, down, note).await?;
            tracing::info!(migration = migration.name, "migration reverted");
            names.push(migration.name.clone());
        }
        Ok(names)
    }
}

/// A connection for migrations alone, with the lock held until it is dropped.
struct Session {
    connection: Connection,
    /// Behind the connection, so that it is released last.
    #[cfg(feature = "sqlite")]
    _lock: Option<std::fs::File>,
}

impl Session {
    async fn start(db: &Db) -> Result<Self, MigrateError> {
        #[cfg(feature = "sqlite")]
        let file = match db.sqlite_path() {
            Some(path) => Some(lock::file(path).await?),
            None => None,
        };
        let mut connection = db.write().await?;
        connection.keep_private();
        match connection.backend() {
            AnyBackend::Postgres => {
                connection
                    .batch_execute("SET statement_timeout = 0")
                    .await?;
                #[cfg(feature = "postgres")]
                super::lock::advisory(&mut connection).await?;
            }
            AnyBackend::Sqlite => {
                connection
                    .batch_execute("PRAGMA foreign_keys = OFF")
                    .await?;
            }
        }
        Ok(Self {
            connection,
            #[cfg(feature = "sqlite")]
            _lock: file,
        })
    }
}

/// Runs one migration and notes that it did.
async fn step(
    connection: &mut Connection,
    migration: &Migration,
    sql: &str,
    note: &'static str,
) -> Result<(), MigrateError> {
    let failed = |error: DieselError| MigrateError::failed(&migration.name, sql, &error);
    let note = Statement::new(note).bind(Value::Text(migration.version.clone()));
    let _told = telling(&migration.name);
    if !migration.in_transaction {
        match connection.backend() {
            AnyBackend::Postgres => one_by_one(connection, migration, sql).await?,
            AnyBackend::Sqlite => {
                connection.batch_execute(sql).await.map_err(failed)?;
                check_references(connection).await.map_err(failed)?;
            }
        }
        connection.execute(note).await?;
        return Ok(());
    }
    AnyTransactionManager::begin_transaction(connection).await?;
    match within_transaction(connection, sql, note).await {
        Ok(()) => {
            let committed = AnyTransactionManager::commit_transaction(connection).await;
            committed.map_err(failed)
        }
        Err(error) => Err(failed(connection.rolled_back(error).await)),
    }
}

/// Statement by statement, since several sent at once are a transaction to PostgreSQL; to SQLite they are none.
async fn one_by_one(
    connection: &mut Connection,
    migration: &Migration,
    sql: &str,
) -> Result<(), MigrateError> {
    let statements = split::statements(sql);
    let count = statements.len();
    for (done, statement) in statements.into_iter().enumerate() {
        let ran = connection.batch_execute(statement).await;
        ran.map_err(|error| {
            MigrateError::failed_at(&migration.name, statement, &error, done, count)
        })?;
    }
    Ok(())
}

/// Says from time to time that a migration is still running, until it is dropped.
fn telling(name: &str) -> Telling {
    let name = name.to_owned();
    Telling(tokio::spawn(async move {
        let began = Instant::now();
        loop {
            tokio::time::sleep(PROGRESS).await;
            tracing::info!(migration = name, elapsed = ?began.elapsed(), "migration is running");
        }
    }))
}

struct Telling(tokio::task::JoinHandle<()>);

impl Drop for Telling {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn within_transaction(
    connection: &mut Connection,
    sql: &str,
    note: Statement,
) -> QueryResult<()> {
    connection.batch_execute(sql).await?;
    connection.execute(note).await?;
    if connection.backend() == AnyBackend::Sqlite {
        check_references(connection).await?;
    }
    Ok(())
}

/// Enforced again for all that was and is there.
async fn check_references(connection: &mut Connection) -> QueryResult<()> {
    let check = Statement::new("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check");
    let broken = connection
        .fetch(check, |row| {
            let table = row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned();
            let parent = row.raw(1)?.ok_or("NULL")?.as_str()?.to_owned();
            Ok(format!(
                "rows of `{table}` refer to rows of `{parent}` that are not there"
            ))
        })
        .await?;
    match broken.first() {
        None => Ok(()),
        Some(_) => Err(DieselError::DatabaseError(
            diesel::result::DatabaseErrorKind::ForeignKeyViolation,
            Box::new(broken.join("; ")),
        )),
    }
}

/// The versions that the database has. Without the table it has none.
async fn applied(connection: &mut Connection) -> Result<BTreeSet<String>, MigrateError> {
    let exists = match connection.backend() {
        AnyBackend::Postgres => "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL",
        AnyBackend::Sqlite => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '__diesel_schema_migrations')"
        }
    };
    let exists = connection
        .fetch(Statement::new(exists), |row| {
            row.raw(0)?.ok_or("NULL")?.as_bool()
        })
        .await?;
    if exists != [true] {
        return Ok(BTreeSet::new());
    }
    let select = Statement::new("SELECT version FROM __diesel_schema_migrations");
    let versions = connection
        .fetch(select, |row| {
            Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned())
        })
        .await?;
    Ok(versions.into_iter().collect())
}
