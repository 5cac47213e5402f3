//! Errors that are the file's and not the statement's: Diesel has no kinds of its own for them.

use diesel::result::{DatabaseErrorKind, Error};

use super::file::MOVED;

const FULL: &str = "database or disk is full";

/// What SQLite says when the file can't be had for now: its disk is full, out of order or read-only, another process
/// holds the lock, or something else wrote over it. Its messages are never translated.
const UNUSABLE: [&str; 6] = [
    FULL,
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
    "database disk image is malformed",
    "file is not a database",
];

/// Has such an error told as a database that is out of reach (503).
pub(super) fn told(error: Error) -> Error {
    match error {
        Error::DatabaseError(_, information) if is_unusable(information.message()) => {
            Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, information)
        }
        other => other,
    }
}

/// Whether a connection has such an error for good. SQLite opens a file that can't be written to for reading alone, and
/// stays with that when the file can be written to again.
pub(super) fn is_of_the_connection(error: &Error) -> bool {
    match error {
        Error::DatabaseError(_, information) => {
            information.message() != FULL && UNUSABLE.contains(&information.message())
        }
        _ => false,
    }
}

/// The file at the path is not the one that was opened.
pub(super) fn moved() -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::UnableToSendCommand,
        Box::new(MOVED.to_owned()),
    )
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
