//! SQLite: how connections are opened, pooled and used from asynchronous code.

mod bind;
mod collation;
mod file;
mod groups;
mod lease;
mod path;
pub(super) mod read;
#[cfg(test)]
mod tests;
mod text;
mod unusable;
mod verb;
mod work;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use diesel::connection::{
    AnsiTransactionManager, CacheSize, LoadConnection, SimpleConnection, TransactionManager,
};
use diesel::result::Error as DieselError;
use diesel::row::{IntoOwnedRow, Row as DieselRow};
use diesel::sqlite::Sqlite;
use diesel::{Connection as _, ConnectionError, ConnectionResult, SqliteConnection};

use super::pace::Paces;
use super::prepared::Shapes;
use super::statement::Statement;

pub(super) use file::Origin;
pub(super) use groups::Groups;
pub(super) use lease::SqliteLease;
pub(super) use path::{PrivateFolder, SqlitePath};

type BorrowedRow<'a> = <SqliteConnection as LoadConnection>::Row<'a, 'a>;
pub(super) type SqliteField<'a> = <BorrowedRow<'a> as DieselRow<'a, Sqlite>>::Field<'a>;
pub(super) type OwnedRow = <BorrowedRow<'static> as IntoOwnedRow<'static, Sqlite>>::OwnedRow;
pub(super) type OwnedField<'a> = <OwnedRow as DieselRow<'a, Sqlite>>::Field<'a>;

pub(super) type SqlitePool = Pool<SqliteManager>;

/// Whether a connection may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Any number of them, beside the writer.
    Read,
    /// One at a time: SQLite lets no second one in.
    Write,
}

/// How to open connections to one database.
#[derive(Debug, Clone)]
pub(super) struct SqliteOptions {
    pub(super) path: PathBuf,
    /// How long to wait for a lock that another process holds.
    pub(super) busy_timeout: Duration,
    /// How long a statement that gives rows may run.
    pub(super) statement_timeout: Duration,
    /// Whether a commit is on the disk when it returns. Only a database that lives no longer than the process does
    /// without.
    pub(super) durable: bool,
    /// Held while a connection is set up, by readers and writers alike: the first one turns the file into WAL mode,
    /// for which it must be alone.
    pub(super) setup: Arc<Mutex<()>>,
    /// The file that was there when the first connection was opened.
    pub(super) origin: Origin,
    /// Of the reads.
    pub(super) paces: Arc<Paces>,
}

/// Opens and checks the connections of a pool.
#[derive(Debug)]
pub(super) struct SqliteManager {
    options: SqliteOptions,
    access: Access,
}

/// A connection with what is kept beside it.
pub(super) struct SqliteHandle {
    connection: SqliteConnection,
    access: Access,
    statement_timeout: Duration,
    path: PathBuf,
    origin: Origin,
    paces: Arc<Paces>,
    shapes: Shapes,
    /// Set when its settings are not fit for others: it is closed instead of pooled.
    private: bool,
}

impl SqliteManager {
    pub(super) fn new(options: SqliteOptions, access: Access) -> Self {
        Self { options, access }
    }

    /// How long a connection is waited for.
    pub(super) fn patience(&self) -> Duration {
        self.options.busy_timeout
    }

    /// Whether the file at the path is not the one that was opened.
    pub(super) fn is_moved(&self) -> bool {
        !self.options.origin.is_in_place(&self.options.path)
    }
}

impl Manager for SqliteManager {
    /// Boxed, for it moves a lot.
    type Type = Box<SqliteHandle>;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Box<SqliteHandle>, ConnectionError> {
        let (options, access) = (self.options.clone(), self.access);
        tokio::task::spawn_blocking(move || SqliteHandle::open(&options, access).map(Box::new))
            .await
            .unwrap_or_else(|stopped| Err(ConnectionError::BadConnection(stopped.to_string())))
    }

    async fn recycle(
        &self,
        handle: &mut Box<SqliteHandle>,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        if handle.is_unfit() {
            return Err(RecycleError::message("a transaction was left open"));
        }
        Ok(())
    }
}

impl SqliteHandle {
    fn open(options: &SqliteOptions, access: Access) -> ConnectionResult<Self> {
        // A panic elsewhere leaves nothing behind that would matter here.
        let _alone = options.setup.lock().unwrap_or_else(PoisonError::into_inner);
        if !options.origin.is_in_place(&options.path) {
            return Err(ConnectionError::BadConnection(file::MOVED.to_owned()));
        }
        let mut connection = establish(&options.path)?;
        options.origin.note(&options.path);
        set_up(&mut connection, options, access)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Self {
            connection,
            access,
            statement_timeout: options.statement_timeout,
            path: options.path.clone(),
            origin: options.origin.clone(),
            paces: options.paces.clone(),
            shapes: Shapes::default(),
            private: false,
        })
    }

    /// Whether others cannot use it: a transaction is open, or may be, or it is of no use.
    fn is_unfit(&mut self) -> bool {
        self.private || AnsiTransactionManager::is_broken_transaction_manager(&mut self.connection)
    }

    /// An error of an operation on it, as it is told.
    fn told(&mut self, error: DieselError) -> DieselError {
        self.private |= unusable::is_of_connection(&error);
        unusable::told(error, self.access)
    }

    /// When a statement that starts now has run too long; never, where the time-out is zero, as on PostgreSQL.
    fn deadline(&self) -> Option<Instant> {
        let limit = Some(self.statement_timeout).filter(|limit| !limit.is_zero())?;
        Instant::now().checked_add(limit)
    }

    /// Whether what it writes is written to the file of its path. Readers go on with the file that they have.
    fn is_in_place(&self) -> bool {
        self.access == Access::Read || self.origin.is_in_place(&self.path)
    }

    /// Whether a transaction is open on it.
    fn is_in_transaction(&mut self) -> bool {
        let status = AnsiTransactionManager::transaction_manager_status_mut(&mut self.connection);
        matches!(status.transaction_depth(), Ok(Some(_)))
    }

    fn note(&mut self, statement: &Statement) {
        if self.shapes.note(statement) {
            self.connection
                .set_prepared_statement_cache_size(CacheSize::Disabled);
            self.connection
                .set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
    }
}

/// Makes the file for its owner's eyes alone: it will hold password hashes. What is there stays as it is, and where
/// nothing can be made SQLite says why.
fn create_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn establish(path: &Path) -> ConnectionResult<SqliteConnection> {
    let Some(text) = path.to_str() else {
        return Err(ConnectionError::InvalidConnectionUrl(
            "the path is not UTF-8".to_owned(),
        ));
    };
    create_private(path);
    SqliteConnection::establish(text).map_err(|error| {
        ConnectionError::BadConnection(format!(
            "{error} (`{}`: its folder must exist, and both must be writable)",
            path.display()
        ))
    })
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Text without its case: the upper case of Unicode, as ICU gives it to PostgreSQL.
    fn fold(
        text: diesel::sql_types::Nullable<diesel::sql_types::Text>,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

/// Turns the write-ahead log on. Two connections that do so on a new file at the same instant could wait for each
/// other, so SQLite refuses one at once instead of letting the busy time-out wait; it is tried again here.
fn write_ahead(connection: &mut SqliteConnection, patience: Duration) -> diesel::QueryResult<()> {
    let deadline = Instant::now() + patience;
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(DieselError::DatabaseError(_, information))
                if information.message() == "database is locked" && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
}

/// The time-out comes first, since the statements after it may have to wait.
fn set_up(
    connection: &mut SqliteConnection,
    options: &SqliteOptions,
    access: Access,
) -> diesel::QueryResult<()> {
    let busy = options.busy_timeout.as_millis().min(i32::MAX as u128);
    let synchronous = if options.durable { "FULL" } else { "OFF" };
    connection.batch_execute(&format!("PRAGMA busy_timeout = {busy}"))?;
    write_ahead(connection, options.busy_timeout)?;
    connection.batch_execute(&format!("PRAGMA synchronous = {synchronous}"))?;
    connection.batch_execute("PRAGMA foreign_keys = ON")?;
    connection.batch_execute("PRAGMA temp_store = MEMORY")?;
    // Diesel hands over the right one first.
    connection.register_collation("decimal", |right, left| collation::decimal(left, right))?;
    fold_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| text.to_uppercase())
    })?;
    if access == Access::Read {
        connection.batch_execute("PRAGMA query_only = ON")?;
    }
    Ok(())
}
