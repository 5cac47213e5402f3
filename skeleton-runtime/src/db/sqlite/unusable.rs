//! Errors that are the file's and not the statement's: Diesel has no kinds of its own for them.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

use super::Access;
use super::file::MOVED;

const FULL: &str = "database or disk is full";
const READ_ONLY: &str = "attempt to write a readonly database";

/// What SQLite says when the file can't be had for now: its disk is full, out of order or read-only, another process
/// holds the lock, or something else wrote over it. Its messages are never translated.
const UNUSABLE: [&str; 6] = [
    FULL,
    READ_ONLY,
    "disk I/O error",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
];

/// Whether the connection may be at fault, so that another one has a better chance: one that was opened while the file
/// was read-only stays read-only.
pub(super) fn is_of_connection(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information) if information.message() != FULL
        && UNUSABLE.contains(&information.message()))
}

/// Has such an error told as a database that is out of reach (503).
///
/// A connection that is there to read from says that its file is read-only of whatever would write: then the log has
/// both of what may be meant.
pub(super) fn told(error: Error, access: Access) -> Error {
    match error {
        Error::DatabaseError(_, information)
            if access == Access::Read && information.message() == READ_ONLY =>
        {
            unreachable(Box::new(format!(
                "{READ_ONLY} (what writes asks for a connection by `db.write()`, not by `db.read()`)"
            )))
        }
        Error::DatabaseError(_, information) if is_unusable(information.message()) => {
            unreachable(information)
        }
        other => other,
    }
}

fn unreachable(information: Box<dyn DatabaseErrorInformation + Send + Sync>) -> Error {
    Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, information)
}

/// The file at the path is not the one that was opened.
pub(super) fn moved() -> Error {
    unreachable(Box::new(MOVED.to_owned()))
}

fn is_unusable(message: &str) -> bool {
    message.ends_with("is locked") || UNUSABLE.contains(&message)
}

#[cfg(test)]
mod tests {
    use crate::config::DatabaseConfig;
    use crate::db::{Db, Statement};

    #[tokio::test]
    async fn a_writer_that_can_only_read_is_not_kept() {
        let mut config = DatabaseConfig::new("sqlite::memory:");
        config.pool_size = 2;
        let db = Db::open(&config).unwrap();
        let execute = |sql: &'static str| db.execute(Statement::new(sql));
        execute("CREATE TABLE t (a INTEGER)").await.unwrap();
        execute("PRAGMA query_only = ON").await.unwrap();
        let refused = execute("INSERT INTO t VALUES (1)").await.unwrap_err();
        assert_eq!(refused.status().as_u16(), 503, "{refused:?}");
        assert_eq!(execute("INSERT INTO t VALUES (1)").await.unwrap(), 1);
    }
}
