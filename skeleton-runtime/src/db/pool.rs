//! The database of a service.

use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "sqlite")]
use deadpool::managed::Object;
use diesel::deserialize;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::TransactionManager;

use super::admission::take;
use super::backend::AnyBackend;
use super::connection::{Connection, Lease};
#[cfg(feature = "postgres")]
use super::instrument::Call;
use super::instrument::Watch;
#[cfg(feature = "sqlite")]
use super::open::SqlitePools;
use super::open::{OpenError, Pools};
use super::pool_status::PoolStatus;
#[cfg(feature = "postgres")]
use super::postgres::PgLease;
use super::reach::Reach;
use super::row::Row;
use super::sink::{Rows, Sink};
#[cfg(feature = "sqlite")]
use super::sqlite::{SqliteLease, SqliteManager};
use super::statement::Statement;
use super::transaction::AnyTransactionManager;
use crate::config::DatabaseConfig;
use crate::telemetry::QueryMeter;
use crate::{Error, Result};

/// Some reads.
#[cfg(feature = "sqlite")]
const UNTIL_ONE_IS_BACK: Duration = Duration::from_millis(20);

/// The database: cheap to clone, shared by all.
///
/// PostgreSQL has one pool. SQLite has a pool of readers that cannot write, and one writer, for it lets no second one
/// in. A connection is not pinged when it is handed out; a dead one is found on use, dropped, and a read that met it
/// is run once more on another.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String }
///
/// use diesel::prelude::*;
/// use diesel_async::RunQueryDsl;
///
/// async fn titles(db: &Db) -> Result<Vec<String>> {
///     let query = articles::table.select(articles::title).limit(10);
///     Ok(query.load(&mut db.read().await?).await?)
/// }
///
/// async fn rename(db: &Db, from: &str, to: &str) -> Result<()> {
///     db.transaction(async |connection| {
///         let those = articles::table.filter(articles::title.eq(from));
///         diesel::update(those).set(articles::title.eq(to)).execute(connection).await?;
///         Ok(())
///     })
///     .await
/// }
/// ```
#[derive(Clone)]
pub struct Db(Arc<Shared>);

struct Shared {
    pools: Pools,
    watch: Arc<Watch>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Db")
            .field("backend", &self.backend())
            .field("status", &self.status())
            .finish()
    }
}

impl Db {
    /// Reads the settings. Connects nowhere yet: a service starts without its database, and answers 503 until it is
    /// there.
    ///
    /// `sqlite::memory:` is a database for tests and toys, gone with the last clone of the returned value: a file in
    /// a folder of its own among the temporary ones, since a database in memory proper cannot be shared by several
    /// connections without failing under load.
    ///
    /// # Errors
    ///
    /// When the URL has an unknown scheme or option, when support for its database is not compiled in, or when a
    /// certificate that it names cannot be read.
    pub fn open(config: &DatabaseConfig) -> std::result::Result<Self, OpenError> {
        let pools = Pools::open(config)?;
        let watch = Arc::new(Watch::new(config.slow_query));
        Ok(Self(Arc::new(Shared { pools, watch })))
    }

    /// Which database it is.
    pub fn backend(&self) -> AnyBackend {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => AnyBackend::Postgres,
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(_) => AnyBackend::Sqlite,
        }
    }

    /// A connection to read with. On SQLite it cannot write.
    ///
    /// # Errors
    ///
    /// 503 when none gets free in time, or the database cannot be reached.
    pub async fn read(&self) -> Result<Connection> {
        let lease = match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => {
                Lease::Postgres(PgLease::new(take(&pools.pool, &pools.queue).await?))
            }
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => Lease::Sqlite(SqliteLease::new(take_reader(pools).await?)),
        };
        Ok(Connection::new(lease, self.0.watch.clone()))
    }

    /// A connection to write with. On SQLite there is one: hold it no longer than needed.
    ///
    /// # Errors
    ///
    /// 503 when none gets free in time, or the database cannot be reached.
    pub async fn write(&self) -> Result<Connection> {
        let lease = match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => {
                Lease::Postgres(PgLease::new(take(&pools.pool, &pools.queue).await?))
            }
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => Lease::Sqlite(SqliteLease::new(
                take(&pools.write, &pools.write_queue).await?,
            )),
        };
        Ok(Connection::new(lease, self.0.watch.clone()))
    }

    /// A connection for one writing statement. On SQLite it is run with those that wait beside it, in a savepoint of its
    /// own, and told when their commit is on the disk; whatever else it is used for takes the writer.
    ///
    /// # Errors
    ///
    /// 503 when none gets free in time, or the database cannot be reached; on SQLite its statement tells that.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(
            clippy::unused_async,
            reason = "with PostgreSQL beside it there is a wait"
        )
    )]
    pub(crate) async fn write_once(&self) -> Result<Connection> {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => self.write().await,
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => {
                let lease = Lease::Sqlite(SqliteLease::grouped(pools.groups.clone()));
                Ok(Connection::new(lease, self.0.watch.clone()))
            }
        }
    }

    /// The same as [`Db::write`].
    ///
    /// # Errors
    ///
    /// 503 when none gets free in time, or the database cannot be reached.
    pub async fn connection(&self) -> Result<Connection> {
        self.write().await
    }

    /// Runs a reading statement outside of any transaction. A SELECT that meets a dead connection is run once more,
    /// with a clone of `decode` that has seen no row.
    ///
    /// # Errors
    ///
    /// 503 when the database cannot be reached, 500 and so on for its errors.
    pub async fn fetch<T, F>(&self, statement: Statement, decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&Row<'_>) -> deserialize::Result<T> + Clone + Send + 'static,
    {
        let fresh = decode.clone();
        let rows = Rows::decoded_by(decode, move |decode| decode.clone_from(&fresh));
        self.fetch_into(statement, rows.sink()).await?;
        Ok(rows.into_vec())
    }

    async fn fetch_into(&self, statement: Statement, sink: Sink) -> Result<()> {
        // Before anything is asked of a connection: a value that can't be sent is nobody else's trouble.
        let statement = statement.canonical()?;
        #[cfg(feature = "postgres")]
        if self.may_repeat(&statement) && self.fetch_shared(&statement, &sink).await?.is_some() {
            return Ok(());
        }
        // Apart, so that what is awaited most is small: it is moved with its request.
        Box::pin(self.fetch_pooled(statement, sink)).await
    }

    /// Runs a statement on a connection of its own, and a SELECT once more if that was dead.
    async fn fetch_pooled(&self, statement: Statement, sink: Sink) -> Result<()> {
        let mut connection = self.read().await?;
        if !self.may_repeat(&statement) {
            connection.fetch_into(statement, sink).await?;
            return Ok(());
        }
        match connection.fetch_into(statement.clone(), sink.clone()).await {
            Err(error) if is_lost(&error) => {
                tracing::debug!("a dead connection was met; the read runs again on another");
                drop(connection);
                self.forget_idle();
                self.read().await?.fetch_into(statement, sink).await?;
                Ok(())
            }
            other => Ok(other.map(drop)?),
        }
    }

    /// Runs a read on a connection that others share, if one has room for it; how many rows it gave.
    #[cfg(feature = "postgres")]
    async fn fetch_shared(&self, statement: &Statement, sink: &Sink) -> Result<Option<usize>> {
        let Some(flight) = self.0.pools.board(statement) else {
            return Ok(None);
        };
        let call = Call::statement(&self.0.watch, AnyBackend::Postgres, statement);
        Ok(call.run_or_pass_on(flight.fetch(statement, sink)).await?)
    }

    /// Runs a writing statement by itself; how many rows it touched. Never run twice.
    ///
    /// # Errors
    ///
    /// 503 when the database cannot be reached, 409 and so on for its errors.
    pub async fn execute(&self, statement: Statement) -> Result<usize> {
        Ok(self.write_once().await?.execute(statement).await?)
    }

    /// Runs a statement that deletes some rows again and again, until there are none; how many there were. One that
    /// deletes all at once would keep others from writing on SQLite, and run out of time on PostgreSQL.
    pub(crate) async fn execute_until_none(&self, statement: Statement) -> Result<usize> {
        let mut count = 0;
        loop {
            match self.execute(statement.clone()).await? {
                0 => return Ok(count),
                touched => count += touched,
            }
        }
    }

    /// Runs `work` in a transaction: committed when it returns `Ok`, rolled back when it returns `Err` or is dropped.
    ///
    /// Give it an async closure: `db.transaction(async |connection| { … }).await`. Within it,
    /// `connection.transaction(…)` of `diesel_async::AsyncConnection` makes a savepoint. On SQLite the transaction
    /// takes the only writer from its start.
    ///
    /// # Errors
    ///
    /// That of `work`; 503 when the database cannot be reached; that of the commit.
    pub async fn transaction<R, E, F>(&self, work: F) -> std::result::Result<R, E>
    where
        F: AsyncFnOnce(&mut Connection) -> std::result::Result<R, E>,
        E: From<Error> + From<DieselError>,
    {
        let mut connection = self.write().await?;
        AnyTransactionManager::begin_transaction(&mut connection).await?;
        match work(&mut connection).await {
            Ok(value) => {
                AnyTransactionManager::commit_transaction(&mut connection).await?;
                Ok(value)
            }
            Err(error) => Err(connection.rolled_back(error).await),
        }
    }

    /// How long the database takes to answer, the wait for a connection included.
    ///
    /// # Errors
    ///
    /// 503 when it does not.
    pub async fn ping(&self) -> Result<Duration> {
        let started = Instant::now();
        self.fetch(Statement::new("SELECT 1"), |_| Ok(())).await?;
        Ok(started.elapsed())
    }

    /// Whether a connection can be had, and if not, whether that is likely to pass.
    pub(crate) async fn reach(&self) -> Reach {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => pools.pool.manager().reach().await,
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(_) => match self.read().await {
                Ok(_) => Reach::There,
                Err(error) => Reach::unusable_file(&error),
            },
        }
    }

    /// How busy the connections are; on SQLite those of readers and writer together.
    pub fn status(&self) -> PoolStatus {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => {
                let [max_size, size, idle] = pools.readers.status();
                PoolStatus::of(&pools.pool, &pools.queue).plus(PoolStatus {
                    max_size,
                    size,
                    idle,
                    ..PoolStatus::default()
                })
            }
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => {
                let readers = PoolStatus::of(&pools.read, &pools.read_queue);
                let mut writer = PoolStatus::of(&pools.write, &pools.write_queue);
                writer.waiting += pools.groups.waiting();
                readers.plus(writer)
            }
        }
    }

    /// Has the statements counted by `meter`; only the first that is given counts.
    pub fn count_by(&self, meter: QueryMeter) {
        self.0.watch.count_by(meter);
    }

    /// Closes the connections: idle ones now, others when they are given back. Later ones are refused with a 503.
    pub fn close(&self) {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => {
                pools.readers.close();
                pools.pool.close();
            }
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(pools) => {
                pools.read.close();
                pools.write.close();
            }
        }
    }

    /// The file of the database; `None` on PostgreSQL.
    #[cfg(feature = "sqlite")]
    #[cfg_attr(
        not(feature = "postgres"),
        expect(
            clippy::unnecessary_wraps,
            reason = "with PostgreSQL beside it there may be none"
        )
    )]
    pub(crate) fn sqlite_path(&self) -> Option<&std::path::Path> {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(_) => None,
            Pools::Sqlite(pools) => Some(&pools.path),
        }
    }

    /// Whether running it twice is as good as once.
    fn may_repeat(&self, statement: &Statement) -> bool {
        let verb = statement.sql.get(..6).unwrap_or_default();
        self.backend() == AnyBackend::Postgres && verb.eq_ignore_ascii_case("select")
    }

    /// Where one connection died, the others likely did too.
    fn forget_idle(&self) {
        match &self.0.pools {
            #[cfg(feature = "postgres")]
            Pools::Postgres(pools) => drop(pools.pool.retain(|_, _| false)),
            #[cfg(feature = "sqlite")]
            Pools::Sqlite(_) => {}
        }
    }
}

/// Where the file is another by now, no further reader is opened: those that are open have to do.
#[cfg(feature = "sqlite")]
async fn take_reader(pools: &SqlitePools) -> Result<Object<SqliteManager>> {
    let pool = &pools.read;
    let deadline = Instant::now() + pool.manager().patience();
    loop {
        let taken = take(pool, &pools.read_queue).await;
        let may_wait = || pool.status().size > 0 && Instant::now() < deadline;
        match &taken {
            // What is refused now need not be asked for again.
            Err(error) if !error.is_overload() && pool.manager().is_moved() && may_wait() => {}
            _ => return taken,
        }
        tokio::time::sleep(UNTIL_ONE_IS_BACK).await;
    }
}

fn is_lost(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _
        )
    )
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_deleted_some_at_a_time_is_deleted_whole() {
        let db = Db::open(&DatabaseConfig::new("sqlite::memory:")).expect("the URL is sound");
        let run = async |sql: &'static str| db.execute(Statement::new(sql)).await;
        let items = "CREATE TABLE items AS SELECT value AS id FROM json_each('[1, 2, 3, 4, 5]')";
        run(items).await.expect("there is no such table yet");
        let some = "DELETE FROM items WHERE id IN (SELECT id FROM items LIMIT 2)";
        let deleted = db.execute_until_none(Statement::new(some)).await;
        assert_eq!(deleted.expect("it runs"), 5);
        assert_eq!(run("SELECT id FROM items").await.expect("it runs"), 0);
    }
}
