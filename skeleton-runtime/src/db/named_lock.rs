//! Locks of names, for what is more than a row.

use aws_lc_rs::digest;

use super::backend::AnyBackend;
use super::connection::Connection;
use super::row::Row;
use super::statement::Statement;
use super::value::Value;
use crate::Result;

/// Holds the lock of a name to the end of the transaction, however long it takes to get it.
pub(crate) async fn lock_name(connection: &mut Connection, name: &str) -> Result<()> {
    // SQLite's transaction is the only one that writes.
    if connection.backend() == AnyBackend::Postgres {
        let lock = Statement::new("SELECT pg_advisory_xact_lock($1)").bind(number(name));
        connection.fetch(lock, |_| Ok(())).await?;
    }
    Ok(())
}

/// The same without waiting: whether nobody else holds it.
pub(crate) async fn try_lock_name(connection: &mut Connection, name: &str) -> Result<bool> {
    if connection.backend() == AnyBackend::Sqlite {
        return Ok(true);
    }
    let lock = Statement::new("SELECT pg_try_advisory_xact_lock($1)").bind(number(name));
    let read = |row: &Row<'_>| match row.raw(0)? {
        Some(mut raw) => raw.as_bool(),
        None => Ok(false),
    };
    let answers = connection.fetch(lock, read).await?;
    Ok(answers.first().copied().unwrap_or_default())
}

/// PostgreSQL's locks are numbered; 64 bits of a digest keep the names apart.
fn number(name: &str) -> Value {
    let digest = digest::digest(&digest::SHA256, name.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.as_ref()[..8]);
    Value::I64(i64::from_be_bytes(bytes))
}
