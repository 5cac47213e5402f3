//! From a URL to pools.

#[cfg(feature = "sqlite")]
use std::path::PathBuf;
#[cfg(feature = "sqlite")]
use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Pool, Timeouts};

use super::admission::{Admission, Door};
#[cfg(feature = "sqlite")]
use super::pace::Paces;
#[cfg(feature = "postgres")]
use super::postgres::{Flight, PgManager, PgOptions, PgPool, PgReaders};
#[cfg(feature = "sqlite")]
use super::sqlite::{
    Access, Groups, Origin, PrivateFolder, SqliteManager, SqliteOptions, SqlitePath, SqlitePool,
};
#[cfg(feature = "postgres")]
use super::statement::Statement;
use crate::config::DatabaseConfig;

/// How long a connection may take to be made, greetings and settings included.
#[cfg(feature = "postgres")]
pub(super) const CREATE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many of the connections reads share, at most: one keeps a core of the server busy.
#[cfg(feature = "postgres")]
const MOST_SHARED: usize = 4;

/// A read of one row that takes longer asked the disk: it must not keep a worker from others' requests.
#[cfg(feature = "sqlite")]
pub(super) const BRIEF: Duration = Duration::from_micros(500);

/// Why a database could not be opened. Never quotes the URL, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError(String);

impl OpenError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// What is wrong with the URL.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the database URL cannot be used: {}", self.0)
    }
}

impl std::error::Error for OpenError {}

/// The pools of one database.
pub(super) enum Pools {
    #[cfg(feature = "postgres")]
    Postgres(PgPools),
    #[cfg(feature = "sqlite")]
    Sqlite(SqlitePools),
}

/// Connections that reads share, beside those that one holder has at a time.
#[cfg(feature = "postgres")]
pub(super) struct PgPools {
    pub(super) pool: PgPool,
    pub(super) queue: Admission,
    pub(super) readers: PgReaders,
}

/// Readers beside one writer.
#[cfg(feature = "sqlite")]
pub(super) struct SqlitePools {
    pub(super) read: SqlitePool,
    pub(super) read_queue: Admission,
    pub(super) write: SqlitePool,
    pub(super) write_queue: Arc<Admission>,
    pub(super) groups: Arc<Groups>,
    pub(super) path: PathBuf,
    /// Dropped last, when no connection is left.
    _folder: Option<PrivateFolder>,
}

impl Pools {
    /// A place for a read on a connection that others share, if there is one.
    #[cfg(feature = "postgres")]
    pub(super) fn board(&self, statement: &Statement) -> Option<Flight> {
        match self {
            Self::Postgres(pools) => pools.readers.board(statement),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => None,
        }
    }

    /// Reads the URL; connects nowhere.
    pub(super) fn open(config: &DatabaseConfig) -> Result<Self, OpenError> {
        let url = config.url.expose().trim();
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => postgres(url, config),
            Some("sqlite") => sqlite(url, config),
            Some(other) if other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Err(OpenError::new(format!(
                    "unknown scheme `{other}`; it is `postgres://…`, `sqlite://PATH` or `sqlite::memory:`"
                )))
            }
            _ => Err(OpenError::new(
                "it has no scheme; write `postgres://…`, `sqlite://PATH` or `sqlite::memory:`",
            )),
        }
    }
}

#[cfg(feature = "postgres")]
fn postgres(url: &str, config: &DatabaseConfig) -> Result<Pools, OpenError> {
    let options = PgOptions::parse(url).map_err(OpenError)?;
    let manager = PgManager::new(options, config.statement_timeout);
    let shared = (config.pool_size / 4).min(MOST_SHARED);
    let readers = PgReaders::new(manager.clone(), shared);
    let own = config.pool_size - shared;
    Ok(Pools::Postgres(PgPools {
        pool: pool(manager, own, config, Some(CREATE_TIMEOUT))?,
        queue: Admission::new(Door::Pool, own, config),
        readers,
    }))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, _: &DatabaseConfig) -> Result<Pools, OpenError> {
    Err(OpenError::new(
        "this program was built without the feature `postgres`",
    ))
}

#[cfg(feature = "sqlite")]
fn sqlite(url: &str, config: &DatabaseConfig) -> Result<Pools, OpenError> {
    let folder = match SqlitePath::parse(url).map_err(OpenError)? {
        SqlitePath::File(path) => Err(path),
        SqlitePath::Memory => {
            Ok(PrivateFolder::create().map_err(|error| OpenError::new(error.to_string()))?)
        }
    };
    let options = SqliteOptions {
        path: folder
            .as_ref()
            .map_or_else(Clone::clone, PrivateFolder::database),
        busy_timeout: config.pool_timeout,
        statement_timeout: config.statement_timeout,
        durable: folder.is_err(),
        setup: Arc::default(),
        origin: Origin::default(),
        paces: Arc::new(Paces::new(BRIEF)),
    };
    let path = options.path.clone();
    let readers = SqliteManager::new(options.clone(), Access::Read);
    let writer = SqliteManager::new(options, Access::Write);
    let write = pool(writer, 1, config, None)?;
    let write_queue = Arc::new(Admission::new(Door::Writer, 1, config));
    let groups = Groups::new(write.clone(), write_queue.clone(), config.pool_timeout);
    Ok(Pools::Sqlite(SqlitePools {
        read: pool(readers, config.pool_size, config, None)?,
        read_queue: Admission::new(Door::Pool, config.pool_size, config),
        write,
        write_queue,
        groups: Arc::new(groups),
        path,
        _folder: folder.ok(),
    }))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str, _: &DatabaseConfig) -> Result<Pools, OpenError> {
    Err(OpenError::new(
        "this program was built without the feature `sqlite`",
    ))
}

fn pool<M: Manager>(
    manager: M,
    size: usize,
    config: &DatabaseConfig,
    create: Option<std::time::Duration>,
) -> Result<Pool<M>, OpenError> {
    let timeouts = Timeouts {
        wait: Some(config.pool_timeout),
        create,
        recycle: create,
    };
    Pool::builder(manager)
        .max_size(size.max(1))
        .timeouts(timeouts)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| OpenError::new(error.to_string()))
}

#[cfg(all(test, feature = "postgres", feature = "sqlite"))]
mod tests {
    use super::*;

    fn error(url: &str) -> String {
        Pools::open(&DatabaseConfig::new(url))
            .err()
            .expect("an error")
            .to_string()
    }

    #[test]
    fn says_what_is_wrong_and_never_the_url() {
        assert!(error("mysql://root:canary@h/db").contains("unknown scheme `mysql`"));
        assert!(error("app.db").contains("no scheme"));
        assert!(error("C:\\canary.db").contains("unknown scheme `C`"));
        assert!(error("sqlite://").contains("path is missing"));
        assert!(error("postgres://u:canary@h:port/db").contains("port"));
        for url in [
            "mysql://u:canary@h/db",
            "postgres://u:canary@h:port/db",
            "canary@x://",
        ] {
            assert!(!error(url).contains("canary"), "{}", error(url));
        }
    }
}
