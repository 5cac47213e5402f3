//! Errors that are the file's and not the statement's: Diesel has no kinds of its own for them.

use diesel::result::{DatabaseErrorKind, Error};

use super::file::MOVED;

/// What SQLite says when the file can't be had for now: its disk is full, out of order or read-only, another process
/// holds the lock, or something else wrote over it. Its messages are never translated.
const UNUSABLE: [&str; 6] = [
    "database or disk is full",
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
