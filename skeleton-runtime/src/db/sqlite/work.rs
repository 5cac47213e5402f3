//! What is done on a connection of SQLite: statements are run, and their rows read.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use diesel::QueryResult;
use diesel::connection::{Connection as _, LoadConnection};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::Row as DieselRow;

use super::groups::Work;
use super::verb::Verb;
use super::{SqliteConnection, SqliteHandle, unusable};
use crate::db::prepared::Prepared;
use crate::db::row::Fields;
use crate::db::sink::Sink;
use crate::db::statement::Statement;

/// Tells an operation when to stop.
pub(super) struct Stop<'a> {
    caller_left: &'a dyn Fn() -> bool,
    deadline: Option<Instant>,
}

impl<'a> Stop<'a> {
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

/// Where some work leaves what it gives, so that whatever runs it is the same for every type.
pub(super) struct Given<T>(Arc<Mutex<Option<T>>>);

impl<T: Send + 'static> Given<T> {
    pub(super) fn by(
        mut work: impl FnMut(&mut SqliteHandle, &Stop<'_>) -> QueryResult<T> + Send + 'static,
    ) -> (Self, Box<Work>) {
        let given = Arc::new(Mutex::new(None));
        let place = given.clone();
        let work = move |handle: &mut SqliteHandle, stop: &Stop<'_>| {
            let value = work(handle, stop)?;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        };
        (Self(given), Box::new(work))
    }

    /// After it was run.
    pub(super) fn take(self) -> QueryResult<T> {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        value.ok_or_else(|| lost("its answer went elsewhere"))
    }
}

/// Runs `work` on the file that is there. What was written elsewhere must not be acknowledged: it is lost with the
/// last connection.
pub(super) fn in_place(
    handle: &mut SqliteHandle,
    stop: &Stop<'_>,
    work: &mut Work,
) -> QueryResult<()> {
    if !handle.is_in_place() {
        return Err(unusable::moved());
    }
    work(handle, stop).map_err(|error| handle.told(error))?;
    if !handle.is_in_transaction() && !handle.is_in_place() {
        return Err(unusable::moved());
    }
    Ok(())
}

pub(super) fn lost(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new(format!("the connection is gone: {why}")),
    )
}

pub(super) fn fetch(
    handle: &mut SqliteHandle,
    statement: &Statement,
    stop: &Stop<'_>,
    sink: &Sink,
) -> QueryResult<usize> {
    handle.note(statement);
    sink.start();
    let mut count = 0;
    for row in LoadConnection::load(&mut handle.connection, prepared(statement))? {
        stop.check()?;
        let row = row?;
        let fields = (0..row.field_count())
            .filter_map(|index| row.get(index))
            .collect();
        sink.take(Fields::Sqlite(fields))?;
        count += 1;
    }
    Ok(count)
}

pub(super) fn touch(
    handle: &mut SqliteHandle,
    statement: &Statement,
    stop: &Stop<'_>,
) -> QueryResult<usize> {
    handle.note(statement);
    let connection = &mut handle.connection;
    match Verb::of(&statement.sql) {
        Verb::Read => count_rows(connection, statement, stop),
        Verb::Write => connection.execute_returning_count(&prepared(statement)),
        Verb::Other => connection
            .execute_returning_count(&prepared(statement))
            .map(|_| 0),
    }
}

fn count_rows(
    connection: &mut SqliteConnection,
    statement: &Statement,
    stop: &Stop<'_>,
) -> QueryResult<usize> {
    let mut count = 0;
    for row in LoadConnection::load(connection, prepared(statement))? {
        stop.check()?;
        row?;
        count += 1;
    }
    Ok(count)
}

pub(super) fn prepared(statement: &Statement) -> Prepared<'_> {
    Prepared { statement }
}
