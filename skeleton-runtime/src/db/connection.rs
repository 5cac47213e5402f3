//! A connection to either database.

use std::sync::Arc;

#[cfg(feature = "sqlite")]
use diesel::SqliteConnection;
use diesel::connection::{CacheSize, Instrumentation};
use diesel::query_builder::{AsQuery, QueryFragment, QueryId};
use diesel::{ConnectionError, ConnectionResult, QueryResult, deserialize};
#[cfg(feature = "postgres")]
use diesel_async::AsyncPgConnection;
use diesel_async::{
    AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt as _};

use super::backend::AnyBackend;
use super::instrument::{Call, Watch};
#[cfg(feature = "postgres")]
use super::postgres::PgLease;
use super::row::{LoadedRow, Row};
use super::sink::{Rows, Sink};
#[cfg(feature = "sqlite")]
use super::sqlite::SqliteLease;
use super::statement::Statement;
use super::transaction::AnyTransactionManager;

/// A connection on loan from the pool of a [`Db`](super::Db), given back on drop.
///
/// Diesel's queries run on it through `diesel_async::RunQueryDsl`, transactions through
/// `diesel_async::AsyncConnection::transaction`:
///
/// ```no_run
/// use diesel::prelude::*;
/// use diesel_async::RunQueryDsl;
/// use skeleton_runtime::db::Db;
///
/// diesel::table! {
///     articles (id) { id -> Uuid, title -> Text, }
/// }
///
/// async fn titles(db: &Db) -> skeleton_runtime::Result<Vec<String>> {
///     let mut connection = db.read().await?;
///     Ok(articles::table.select(articles::title).load(&mut connection).await?)
/// }
/// ```
///
/// An operation may be dropped before it is done, on any kind of runtime. The connection is then lost to its holder:
/// each later operation on it is an error (503), and an open transaction is rolled back.
///
/// Diesel's own instrumentation is not fed, since it shows bound values; there are spans (`db.query`) instead.
pub struct Connection {
    pub(super) lease: Lease,
    pub(super) watch: Arc<Watch>,
    /// Asked for by a trait, and never told anything.
    instrumentation: Option<Box<dyn Instrumentation>>,
}

type LoadedRows = BoxStream<'static, QueryResult<LoadedRow>>;

pub(super) enum Lease {
    #[cfg(feature = "postgres")]
    Postgres(PgLease),
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteLease),
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Connection")
            .field(&self.backend())
            .finish()
    }
}

impl Connection {
    pub(super) fn new(lease: Lease, watch: Arc<Watch>) -> Self {
        Self {
            lease,
            watch,
            instrumentation: None,
        }
    }

    /// Which database it leads to.
    pub fn backend(&self) -> AnyBackend {
        match &self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(_) => AnyBackend::Postgres,
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(_) => AnyBackend::Sqlite,
        }
    }

    /// Runs a statement and decodes its rows one by one as they come, without a copy of their values.
    ///
    /// On SQLite `decode` runs where the query does, which may be another thread.
    ///
    /// # Errors
    ///
    /// Those of the database, and the first one of `decode`.
    pub async fn fetch<T, F>(&mut self, statement: Statement, decode: F) -> QueryResult<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&Row<'_>) -> deserialize::Result<T> + Send + 'static,
    {
        let rows = Rows::decoded_by(decode, |_| {});
        self.fetch_into(statement.canonical()?, rows.sink()).await?;
        Ok(rows.into_vec())
    }

    /// Runs a statement, whose rows go into `sink`; how many they were.
    pub(super) async fn fetch_into(
        &mut self,
        statement: Statement,
        sink: Sink,
    ) -> QueryResult<usize> {
        let watch = &self.watch;
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => {
                let call = Call::statement(watch, AnyBackend::Postgres, &statement);
                call.run(lease.fetch(&statement, &sink), |rows| *rows).await
            }
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => {
                let call = Call::detached(watch, AnyBackend::Sqlite, &statement);
                let turn = lease.turn_for(&statement);
                let call = call.since(turn.clone());
                call.run(lease.fetch(statement, sink, turn), |rows| *rows)
                    .await
            }
        }
    }

    /// Runs a statement for its effect; how many rows it touched, or would give.
    ///
    /// Where `diesel_async::RunQueryDsl` is in scope, which has a method of this name for every type, call it as
    /// `Connection::execute(&mut connection, statement)`.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub async fn execute(&mut self, statement: Statement) -> QueryResult<usize> {
        let statement = statement.canonical()?;
        let watch = &self.watch;
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => {
                let call = Call::statement(watch, AnyBackend::Postgres, &statement);
                call.run(lease.execute(&statement), |touched| *touched)
                    .await
            }
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => {
                let call = Call::detached(watch, AnyBackend::Sqlite, &statement);
                let turn = lease.turn_for(&statement);
                let call = call.since(turn.clone());
                call.run(lease.execute(statement, turn), |touched| *touched)
                    .await
            }
        }
    }

    async fn load_rows(&mut self, statement: Statement) -> QueryResult<LoadedRows> {
        let statement = statement.canonical()?;
        let watch = &self.watch;
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => {
                let call = Call::statement(watch, AnyBackend::Postgres, &statement);
                call.run_uncounted(lease.load(&statement)).await
            }
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => {
                let call = Call::detached(watch, AnyBackend::Sqlite, &statement);
                let rows = call.run(lease.load(statement), Vec::len).await?;
                Ok(futures_util::stream::iter(rows.into_iter().map(Ok)).boxed())
            }
        }
    }

    /// All or none of several statements.
    async fn load_all(&mut self, statements: Vec<Statement>) -> QueryResult<LoadedRows> {
        AnyTransactionManager::begin_transaction(self).await?;
        let mut rows = Vec::with_capacity(statements.len());
        for statement in statements {
            match self.load_rows(statement).await {
                Ok(loaded) => rows.push(loaded),
                Err(error) => return Err(self.rolled_back(error).await),
            }
        }
        AnyTransactionManager::commit_transaction(self).await?;
        Ok(futures_util::stream::iter(rows).flatten().boxed())
    }

    /// All or none of several statements.
    async fn execute_all(&mut self, statements: Vec<Statement>) -> QueryResult<usize> {
        AnyTransactionManager::begin_transaction(self).await?;
        let mut count = 0;
        for statement in statements {
            match self.execute(statement).await {
                Ok(touched) => count += touched,
                Err(error) => return Err(self.rolled_back(error).await),
            }
        }
        AnyTransactionManager::commit_transaction(self).await?;
        Ok(count)
    }

    /// Whether a transaction is open on it.
    pub(crate) fn is_in_transaction(&mut self) -> bool {
        let status = AnyTransactionManager::transaction_manager_status_mut(self);
        matches!(status.transaction_depth(), Ok(Some(_)))
    }

    /// Has the connection closed in the end, instead of given back: for settings that are not for others.
    pub(super) fn keep_private(&mut self) {
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => lease.keep_private(),
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => lease.keep_private(),
        }
    }

    /// Rolls back after `error`, which is what counts: a connection that could not roll back is closed on drop.
    pub(crate) async fn rolled_back<E>(&mut self, error: E) -> E {
        if let Err(rollback) = AnyTransactionManager::rollback_transaction(self).await {
            tracing::debug!(error = %rollback, "a transaction could not be rolled back");
        }
        error
    }

    /// Diesel's own connection to PostgreSQL, for what only PostgreSQL can do; `None` on SQLite.
    #[cfg(feature = "postgres")]
    pub fn postgres(&mut self) -> Option<&mut AsyncPgConnection> {
        match &mut self.lease {
            Lease::Postgres(lease) => lease.connection(),
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(_) => None,
        }
    }

    /// Runs `work` on Diesel's own connection to SQLite, where it may block, for what only SQLite can do; `None` on
    /// PostgreSQL.
    ///
    /// # Errors
    ///
    /// Those of `work`.
    #[cfg(feature = "sqlite")]
    pub async fn sqlite<T, F>(&mut self, work: F) -> Option<QueryResult<T>>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    {
        let call = Call::named(&self.watch, self.backend(), "OTHER");
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(_) => None,
            Lease::Sqlite(lease) => Some(call.run_uncounted(lease.with(work)).await),
        }
    }
}

impl SimpleAsyncConnection for Connection {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        let call = Call::named(&self.watch, self.backend(), "BATCH");
        match &mut self.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => call.run_uncounted(lease.batch(query)).await,
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => call.run_uncounted(lease.batch(query.to_owned())).await,
        }
    }
}

impl AsyncConnectionCore for Connection {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type Stream<'conn, 'query> = LoadedRows;
    type Row<'conn, 'query> = LoadedRow;
    type Backend = AnyBackend;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<AnyBackend> + QueryId + 'query,
    {
        let statements = Statement::detach(&source.as_query(), self.backend());
        async move {
            match <[Statement; 1]>::try_from(statements?) {
                Ok([statement]) => self.load_rows(statement).await,
                Err(statements) => self.load_all(statements).await,
            }
        }
        .boxed()
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<AnyBackend> + QueryId + 'query,
    {
        let statements = Statement::detach(&source, self.backend());
        async move {
            match <[Statement; 1]>::try_from(statements?) {
                Ok([statement]) => self.execute(statement).await,
                Err(statements) => self.execute_all(statements).await,
            }
        }
        .boxed()
    }
}

impl AsyncConnection for Connection {
    type TransactionManager = AnyTransactionManager;

    /// Always an error: connections come from a [`Db`](super::Db).
    async fn establish(_: &str) -> ConnectionResult<Self> {
        let help = "connections come from a pool: use `Db::open`";
        Err(ConnectionError::InvalidConnectionUrl(help.to_owned()))
    }

    fn transaction_state(&mut self) -> &mut Self {
        self
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        &mut self.instrumentation
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.instrumentation = Some(Box::new(instrumentation));
    }

    /// Does nothing: how many statements stay prepared is bounded here.
    fn set_prepared_statement_cache_size(&mut self, _: CacheSize) {}
}
