//! One instance migrates at a time.

#[cfg(feature = "sqlite")]
use std::fs::File;
#[cfg(feature = "sqlite")]
use std::path::{Path, PathBuf};

use super::MigrateError;
#[cfg(feature = "postgres")]
use crate::db::connection::Connection;
#[cfg(feature = "postgres")]
use crate::db::statement::Statement;

/// "skeleton" in ASCII: advisory locks are numbers, and belong to one database.
#[cfg(feature = "postgres")]
const KEY: i64 = 0x736b_656c_6574_6f6e;

/// How often the lock is tried. Who waits within a statement has a snapshot, for the end of which
/// `CREATE INDEX CONCURRENTLY` of the instance that has the lock would wait in turn.
#[cfg(feature = "postgres")]
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

/// Locks the database that `connection` leads to, until the connection is closed.
#[cfg(feature = "postgres")]
pub(super) async fn advisory(connection: &mut Connection) -> Result<(), MigrateError> {
    let mut has_told = false;
    while !try_advisory(connection).await? {
        if !has_told {
            tracing::info!("another instance applies migrations; waiting for it");
            has_told = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

#[cfg(feature = "postgres")]
async fn try_advisory(connection: &mut Connection) -> Result<bool, MigrateError> {
    let attempt =
        Statement::new("SELECT pg_try_advisory_lock($1)").bind(crate::db::Value::I64(KEY));
    let got = connection
        .fetch(attempt, |row| row.raw(0)?.ok_or("NULL")?.as_bool())
        .await?;
    Ok(got == [true])
}

/// Locks the file beside a database, until the returned one is dropped. The file stays: were it removed, a third
/// instance could lock a new one of the same name.
#[cfg(feature = "sqlite")]
pub(super) async fn file(database: &Path) -> Result<File, MigrateError> {
    let mut name = database.as_os_str().to_owned();
    name.push(".migrate-lock");
    let path = PathBuf::from(name);
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)?;
        if file.try_lock().is_err() {
            tracing::info!("another instance applies migrations; waiting for it");
            file.lock()?;
        }
        Ok(file)
    });
    match locked.await {
        Ok(locked) => locked.map_err(MigrateError::Lock),
        Err(stopped) => Err(MigrateError::Lock(std::io::Error::other(stopped))),
    }
}
