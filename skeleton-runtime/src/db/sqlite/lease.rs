//! A SQLite connection on loan from its pool.
//!
//! SQLite blocks, so each operation takes the connection along to a thread for blocking work and brings it back.
//! Where the caller went away meanwhile (a client hung up, a deadline passed), the thread itself hands the connection
//! back to the pool, and statements that give rows stop at the next row. A single step of SQLite, as the sort of a
//! large table, cannot be interrupted without unsafe code: it runs to its end.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Instant;

use deadpool::managed::Object;
use diesel::QueryResult;
use diesel::connection::{
    AnsiTransactionManager, Connection as _, LoadConnection, SimpleConnection, TransactionManager,
    TransactionManagerStatus,
};
use diesel::deserialize;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::{IntoOwnedRow, Row as DieselRow};
use tokio::sync::oneshot;
use tracing::Span;

use super::{Access, SqliteConnection, SqliteHandle, SqliteManager, unusable};
use crate::db::prepared::Prepared;
use crate::db::row::{Fields, Loaded, LoadedRow, Row};
use crate::db::statement::Statement;

/// A connection on loan. Gone once an operation on it was abandoned.
pub(in crate::db) struct SqliteLease {
    object: Option<Object<SqliteManager>>,
    /// What a connection that is gone has for the state of its transaction.
    gone: TransactionManagerStatus,
}

/// The way back to the caller of an operation.
type Answer<T> = (Object<SqliteManager>, std::thread::Result<QueryResult<T>>);

/// Tells an operation when to stop.
struct Watch<'a> {
    caller_left: &'a dyn Fn() -> bool,
    deadline: Option<Instant>,
}

impl Watch<'_> {
    fn check(&self) -> QueryResult<()> {
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
fn in_place<T>(
    handle: &mut SqliteHandle,
    watch: &Watch<'_>,
    work: impl FnOnce(&mut SqliteHandle, &Watch<'_>) -> QueryResult<T>,
) -> QueryResult<T> {
    if !handle.is_in_place() {
        return Err(unusable::moved());
    }
    let done = work(handle, watch)?;
    if !handle.is_in_transaction() && !handle.is_in_place() {
        return Err(unusable::moved());
    }
    Ok(done)
}

fn lost(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new(format!("the connection is gone: {why}")),
    )
}

impl SqliteLease {
    pub(in crate::db) fn new(object: Object<SqliteManager>) -> Self {
        Self {
            object: Some(object),
            gone: TransactionManagerStatus::InError,
        }
    }

    /// Runs `work` where it may block. A panic in it goes on here.
    async fn run<T, F>(&mut self, work: F) -> QueryResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteHandle, &Watch<'_>) -> QueryResult<T> + Send + 'static,
    {
        let Some(mut object) = self.object.take() else {
            return Err(lost("an operation on it was abandoned before"));
        };
        let (sender, receiver) = oneshot::channel::<Answer<T>>();
        let span = Span::current();
        tokio::task::spawn_blocking(move || {
            let _entered = span.entered();
            let deadline = object.deadline();
            let caller_left = || sender.is_closed();
            let watch = Watch {
                caller_left: &caller_left,
                deadline,
            };
            let result = catch_unwind(AssertUnwindSafe(|| in_place(&mut object, &watch, work)));
            if let Ok(Err(error)) = &result
                && unusable::is_of_the_connection(error)
            {
                object.private = true;
            }
            if let Err((object, _)) = sender.send((object, result)) {
                give_back(object);
            }
        });
        match receiver.await {
            Ok((object, Ok(result))) => {
                self.object = Some(object);
                result.map_err(unusable::told)
            }
            Ok((object, Err(panic))) => {
                drop(Object::take(object));
                resume_unwind(panic)
            }
            // The runtime is shutting down and never ran it.
            Err(_) => Err(lost("the runtime stopped")),
        }
    }

    /// Decodes each row on its own buffers, without a copy of its values.
    pub(in crate::db) async fn fetch<T, F>(
        &mut self,
        statement: Statement,
        mut decode: F,
    ) -> QueryResult<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&Row<'_>) -> deserialize::Result<T> + Send + 'static,
    {
        self.run(move |handle, watch| {
            handle.note(&statement);
            let mut decoded = Vec::new();
            for row in LoadConnection::load(&mut handle.connection, prepared(&statement))? {
                watch.check()?;
                let row = row?;
                let fields = (0..row.field_count())
                    .filter_map(|index| row.get(index))
                    .collect();
                let row = Row::new(Fields::Sqlite(fields));
                decoded.push(decode(&row).map_err(Error::DeserializationError)?);
            }
            Ok(decoded)
        })
        .await
    }

    /// Copies the rows, for Diesel decodes them on the caller's side.
    pub(in crate::db) async fn load(
        &mut self,
        statement: Statement,
    ) -> QueryResult<Vec<LoadedRow>> {
        self.run(move |handle, watch| {
            handle.note(&statement);
            let mut names = None;
            let mut rows = Vec::new();
            for row in LoadConnection::load(&mut handle.connection, prepared(&statement))? {
                watch.check()?;
                rows.push(LoadedRow(Loaded::Sqlite(row?.into_owned(&mut names))));
            }
            Ok(rows)
        })
        .await
    }

    pub(in crate::db) async fn execute(&mut self, statement: Statement) -> QueryResult<usize> {
        self.run(move |handle, watch| {
            handle.note(&statement);
            match Verb::of(&statement.sql) {
                Verb::Read => count_rows(&mut handle.connection, &statement, watch),
                Verb::Write => handle
                    .connection
                    .execute_returning_count(&prepared(&statement)),
                Verb::Other => handle
                    .connection
                    .execute_returning_count(&prepared(&statement))
                    .map(|_| 0),
            }
        })
        .await
    }

    pub(in crate::db) async fn batch(&mut self, sql: String) -> QueryResult<()> {
        self.run(move |handle, _| handle.connection.batch_execute(&sql))
            .await
    }

    /// The writer takes its lock at once: a transaction that reads first and writes then could not wait for it.
    pub(in crate::db) async fn begin(&mut self) -> QueryResult<()> {
        self.run(|handle, _| {
            let connection = &mut handle.connection;
            let nested = AnsiTransactionManager::transaction_manager_status_mut(connection)
                .transaction_depth()?;
            match (handle.access, nested) {
                (Access::Write, None) => {
                    AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
                }
                _ => AnsiTransactionManager::begin_transaction(connection),
            }
        })
        .await
    }

    pub(in crate::db) async fn commit(&mut self) -> QueryResult<()> {
        self.run(|handle, _| AnsiTransactionManager::commit_transaction(&mut handle.connection))
            .await
    }

    pub(in crate::db) async fn rollback(&mut self) -> QueryResult<()> {
        self.run(|handle, _| AnsiTransactionManager::rollback_transaction(&mut handle.connection))
            .await
    }

    /// Has the connection closed in the end, instead of pooled.
    pub(in crate::db) fn keep_private(&mut self) {
        if let Some(object) = &mut self.object {
            object.private = true;
        }
    }

    /// The state of its transaction, as Diesel knows it.
    pub(in crate::db) fn status(&mut self) -> &mut TransactionManagerStatus {
        match &mut self.object {
            Some(object) => {
                AnsiTransactionManager::transaction_manager_status_mut(&mut object.connection)
            }
            None => &mut self.gone,
        }
    }

    /// Runs `work` on Diesel's own connection.
    pub(in crate::db) async fn with<T, F>(&mut self, work: F) -> QueryResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    {
        self.run(move |handle, _| work(&mut handle.connection))
            .await
    }
}

impl Drop for SqliteLease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            give_back(object);
        }
    }
}

/// What a statement does, as far as it matters for how many rows it touched: SQLite itself tells this only for those
/// that write, and repeats the last answer for the others.
enum Verb {
    Read,
    Write,
    Other,
}

impl Verb {
    fn of(sql: &str) -> Self {
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

/// A connection with an open transaction holds locks, so it is closed (which rolls back) instead of pooled.
fn give_back(mut object: Object<SqliteManager>) {
    if object.is_unfit() {
        drop(Object::take(object));
    }
}

fn prepared(statement: &Statement) -> Prepared<'_> {
    Prepared { statement }
}
