//! A SQLite connection on loan from its pool.
//!
//! SQLite blocks, so each operation takes the connection along to a thread for blocking work and brings it back. But a
//! row by its key is there in less time than the way to a thread takes, as long as the disk is not asked: where that was
//! so each of the last times, it is read on the spot. How long any other read takes depends on its values, and a worker
//! that is kept by one keeps others' requests.
//! Where the caller went away meanwhile (a client hung up, a deadline passed), the thread itself hands the connection
//! back to the pool, and statements that give rows stop at the next row. A single step of SQLite, as the sort of a
//! large table, cannot be interrupted without unsafe code: it runs to its end.
//!
//! A lease for one writing statement takes no connection: the statement is run with others ([`Groups`]).

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use deadpool::managed::Object;
use diesel::QueryResult;
use diesel::connection::{
    AnsiTransactionManager, LoadConnection, SimpleConnection, TransactionManager,
    TransactionManagerStatus,
};
use diesel::result::Error;
use diesel::row::IntoOwnedRow as _;
use tokio::sync::oneshot;
use tracing::Span;

use super::groups::{Groups, Work};
use super::verb::Verb;
use super::work::{Given, Stop, fetch, in_place, lost, prepared, touch};
use super::{Access, SqliteConnection, SqliteHandle, SqliteManager};
use crate::db::instrument::Turn;
use crate::db::pace::Pace;
use crate::db::row::{Loaded, LoadedRow};
use crate::db::sink::Sink;
use crate::db::statement::Statement;

/// A connection on loan. Gone once an operation on it was abandoned.
pub(in crate::db) struct SqliteLease {
    object: Option<Object<SqliteManager>>,
    /// Where its writes are run, until it has a connection of its own.
    groups: Option<Arc<Groups>>,
    /// What a connection that is gone has for the state of its transaction.
    gone: TransactionManagerStatus,
}

/// The way back to the caller of an operation.
type Answer = (Object<SqliteManager>, std::thread::Result<QueryResult<()>>);

impl SqliteLease {
    pub(in crate::db) fn new(object: Object<SqliteManager>) -> Self {
        Self {
            object: Some(object),
            groups: None,
            gone: TransactionManagerStatus::InError,
        }
    }

    /// For one writing statement; anything else takes the writer.
    pub(in crate::db) fn grouped(groups: Arc<Groups>) -> Self {
        Self {
            object: None,
            groups: Some(groups),
            gone: TransactionManagerStatus::default(),
        }
    }

    /// What tells the turn of a statement that is run with others.
    pub(in crate::db) fn turn_for(&self, statement: &Statement) -> Option<Turn> {
        let is_grouped = self.groups.is_some() && matches!(Verb::of(&statement.sql), Verb::Write);
        is_grouped.then(Turn::default)
    }

    /// Runs `work` with others, if it is to have a turn among them.
    async fn write(&mut self, work: Box<Work>, turn: Option<Turn>) -> QueryResult<()> {
        match (&self.groups, turn) {
            (Some(groups), Some(turn)) => written_together(groups, work, turn).await,
            _ => self.aside(work).await,
        }
    }

    /// Runs `work` where it may block. A panic in it goes on here.
    async fn run<T, F>(&mut self, work: F) -> QueryResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteHandle, &Stop<'_>) -> QueryResult<T> + Send + 'static,
    {
        let mut work = Some(work);
        let (given, work) = Given::by(move |handle, stop| match work.take() {
            Some(work) => work(handle, stop),
            None => Err(lost("an operation on it was run before")),
        });
        self.aside(work).await?;
        given.take()
    }

    async fn aside(&mut self, mut work: Box<Work>) -> QueryResult<()> {
        if let Some(groups) = self.groups.take() {
            self.gone = TransactionManagerStatus::InError;
            self.object = Some(groups.writer().await.map_err(on_its_way)?);
        }
        let Some(mut object) = self.object.take() else {
            return Err(lost("an operation on it was abandoned before"));
        };
        let (sender, receiver) = oneshot::channel::<Answer>();
        let span = Span::current();
        tokio::task::spawn_blocking(move || {
            let _entered = span.entered();
            let result = attempt(&mut object, &|| sender.is_closed(), &mut *work);
            if let Err((object, _)) = sender.send((object, result)) {
                give_back(object);
            }
        });
        match receiver.await {
            Ok(answer) => self.take_back(answer),
            // The runtime is shutting down and never ran it.
            Err(_) => Err(lost("the runtime stopped")),
        }
    }

    /// A panic in `work` goes on.
    fn on_the_spot(&mut self, work: &mut Work) -> QueryResult<()> {
        let Some(mut object) = self.object.take() else {
            return Err(lost("an operation on it was abandoned before"));
        };
        let result = attempt(&mut object, &|| false, work);
        self.take_back((object, result))
    }

    fn take_back(&mut self, (object, result): Answer) -> QueryResult<()> {
        match result {
            Ok(result) => {
                self.object = Some(object);
                result
            }
            Err(panic) => {
                drop(Object::take(object));
                resume_unwind(panic)
            }
        }
    }

    /// How long a read takes that may be done on the spot.
    fn pace_of(&self, statement: &Statement) -> Option<Arc<Pace>> {
        let reader = self.object.as_ref()?;
        let may_be = statement.is_quick && reader.access == Access::Read;
        may_be.then(|| reader.paces.of(statement)).flatten()
    }

    /// Has each row decoded on its own buffers, without a copy of its values; how many went into `sink`.
    pub(in crate::db) async fn fetch(
        &mut self,
        statement: Statement,
        sink: Sink,
        turn: Option<Turn>,
    ) -> QueryResult<usize> {
        let pace = self.pace_of(&statement);
        let (count, work) = Given::by(move |handle, stop| fetch(handle, &statement, stop, &sink));
        match pace {
            None => self.write(work, turn).await?,
            Some(pace) if pace.is_quick() => self.on_the_spot(&mut *timed(pace, work))?,
            Some(pace) => self.aside(timed(pace, work)).await?,
        }
        count.take()
    }

    /// Copies the rows, for Diesel decodes them on the caller's side.
    pub(in crate::db) async fn load(
        &mut self,
        statement: Statement,
    ) -> QueryResult<Vec<LoadedRow>> {
        self.run(move |handle, stop| {
            handle.note(&statement);
            let mut names = None;
            let mut rows = Vec::new();
            for row in LoadConnection::load(&mut handle.connection, prepared(&statement))? {
                stop.check()?;
                rows.push(LoadedRow(Loaded::Sqlite(row?.into_owned(&mut names))));
            }
            Ok(rows)
        })
        .await
    }

    pub(in crate::db) async fn execute(
        &mut self,
        statement: Statement,
        turn: Option<Turn>,
    ) -> QueryResult<usize> {
        let (touched, work) = Given::by(move |handle, stop| touch(handle, &statement, stop));
        self.write(work, turn).await?;
        touched.take()
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

fn attempt(
    object: &mut Object<SqliteManager>,
    caller_left: &dyn Fn() -> bool,
    work: &mut Work,
) -> std::thread::Result<QueryResult<()>> {
    let stop = Stop::new(caller_left, object.deadline());
    catch_unwind(AssertUnwindSafe(|| in_place(object, &stop, work)))
}

/// Runs a statement with those that wait beside it. A panic in it goes on here.
async fn written_together(groups: &Arc<Groups>, work: Box<Work>, turn: Turn) -> QueryResult<()> {
    match groups.run(work, turn).await.map_err(on_its_way)? {
        Ok(done) => done,
        Err(panic) => resume_unwind(panic),
    }
}

/// Has it noted how long `work` takes.
fn timed(pace: Arc<Pace>, mut work: Box<Work>) -> Box<Work> {
    Box::new(move |handle, stop| pace.time(|| work(handle, stop)))
}

/// An error of ours, to be told as it is.
fn on_its_way(error: crate::Error) -> Error {
    Error::QueryBuilderError(Box::new(error))
}

impl Drop for SqliteLease {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            give_back(object);
        }
    }
}

/// A connection with an open transaction holds locks, so it is closed (which rolls back) instead of pooled.
pub(super) fn give_back(mut object: Object<SqliteManager>) {
    if object.is_unfit() {
        drop(Object::take(object));
    }
}
