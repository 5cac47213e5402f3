//! What is done on a connection of SQLite: statements are run, and their rows read.

use std::time::Instant;

use diesel::QueryResult;
use diesel::connection::{Connection as _, LoadConnection};
use diesel::deserialize;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::Row as DieselRow;

use super::{SqliteConnection, SqliteHandle, unusable};
use crate::db::prepared::Prepared;
use crate::db::row::{Fields, Row};
use crate::db::statement::Statement;

/// Tells an operation when to stop.
pub(super) struct Watch<'a> {
    caller_left: &'a dyn Fn() -> bool,
    deadline: Option<Instant>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(caller_left: &'a dyn Fn() -> bool, deadline: Option<Instant>) -> Self {
        Self {
            caller_left,
            deadline,
        }
    }

    pub(super) fn check(&self) -> QueryResult<()> {
        if (self.caller_left)() {
            return Err(lost("the caller went away"));
        }
        if self
            .deadline
            .is_some_and(|deadline| Instant::now() > deadline)
        {
            return Err(Error::DatabaseError(
                DatabaseErrorKind::Unknown,
                Box::new("the statement ran longer than it may".to_owned()),
            ));
        }
        Ok(())
    }
}

/// Runs `work` on the file that is there. What was written elsewhere must not be acknowledged: it is lost with the
/// last connection.
pub(super) fn in_place<T>(
    handle: &mut SqliteHandle,
    watch: &Watch<'_>,
    work: impl FnOnce(&mut SqliteHandle, &Watch<'_>) -> QueryResult<T>,
) -> QueryResult<T> {
    if !handle.is_in_place() {
        return Err(unusable::moved());
    }
    let done = work(handle, watch).map_err(|error| handle.told(error))?;
    if !handle.is_in_transaction() && !handle.is_in_place() {
        return Err(unusable::moved());
    }
    Ok(done)
}

pub(super) fn lost(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new(format!("the connection is gone: {why}")),
    )
}

pub(super) fn decode_rows<T>(
    handle: &mut SqliteHandle,
    statement: &Statement,
    watch: &Watch<'_>,
    decode: &mut dyn FnMut(&Row<'_>) -> deserialize::Result<T>,
) -> QueryResult<Vec<T>> {
    handle.note(statement);
    let mut decoded = Vec::new();
    for row in LoadConnection::load(&mut handle.connection, prepared(statement))? {
        watch.check()?;
        let row = row?;
        let fields = (0..row.field_count())
            .filter_map(|index| row.get(index))
            .collect();
        let row = Row::new(Fields::Sqlite(fields));
        decoded.push(decode(&row).map_err(Error::DeserializationError)?);
    }
    Ok(decoded)
}

pub(super) fn touch(
    handle: &mut SqliteHandle,
    statement: &Statement,
    watch: &Watch<'_>,
) -> QueryResult<usize> {
    handle.note(statement);
    let connection = &mut handle.connection;
    match Verb::of(&statement.sql) {
        Verb::Read => count_rows(connection, statement, watch),
        Verb::Write => connection.execute_returning_count(&prepared(statement)),
        Verb::Other => connection
            .execute_returning_count(&prepared(statement))
            .map(|_| 0),
    }
}

/// What a statement does, as far as it matters for how many rows it touched: SQLite itself tells this only for those
/// that write, and repeats the last answer for the others.
pub(super) enum Verb {
    Read,
    Write,
    Other,
}

impl Verb {
    pub(super) fn of(sql: &str) -> Self {
        let word = sql.split_ascii_whitespace().next().unwrap_or_default();
        let is = |known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
        if is(&["SELECT", "VALUES"]) {
            Self::Read
        } else if is(&["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"]) {
            Self::Write
        } else {
            Self::Other
        }
    }
}

fn count_rows(
    connection: &mut SqliteConnection,
    statement: &Statement,
    watch: &Watch<'_>,
) -> QueryResult<usize> {
    let mut count = 0;
    for row in LoadConnection::load(connection, prepared(statement))? {
        watch.check()?;
        row?;
        count += 1;
    }
    Ok(count)
}

pub(super) fn prepared(statement: &Statement) -> Prepared<'_> {
    Prepared { statement }
}
