//! A database of its own for each test.

use skeleton_runtime::config::DatabaseConfig;
#[cfg(feature = "postgres")]
use skeleton_runtime::db::Statement;
use skeleton_runtime::db::{AnyBackend, Db};

/// Runs one check on both databases, as `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($(async fn $name:ident($db:ident: &Db) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not each check needs what stands beside it")]
            use super::*;

            async fn check($db: &Db) $body

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check(&$crate::support::sqlite()).await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(database) = $crate::support::PostgresDatabase::create().await else { return };
                check(&database.db).await;
                database.remove().await;
            }
        }
    )*};
}
pub(crate) use on_both;

#[cfg(feature = "sqlite")]
pub(crate) fn sqlite() -> Db {
    Db::open(&DatabaseConfig::new("sqlite::memory:")).unwrap()
}

/// Picks the text for the database at hand.
pub(crate) fn either(db: &Db, postgres: &'static str, sqlite: &'static str) -> &'static str {
    match db.backend() {
        AnyBackend::Postgres => postgres,
        AnyBackend::Sqlite => sqlite,
    }
}

/// Runs statements that define tables.
pub(crate) async fn define(db: &Db, postgres: &'static str, sqlite: &'static str) {
    use diesel_async::SimpleAsyncConnection;
    db.write()
        .await
        .unwrap()
        .batch_execute(either(db, postgres, sqlite))
        .await
        .unwrap();
}

/// A fresh database on the server of `TEST_DATABASE_URL`.
#[cfg(feature = "postgres")]
pub(crate) struct PostgresDatabase {
    pub(crate) db: Db,
    pub(crate) config: DatabaseConfig,
    server: Db,
    name: String,
}

#[cfg(feature = "postgres")]
impl PostgresDatabase {
    #[expect(clippy::print_stdout, reason = "a skip is to be seen")]
    /// `None` where there is no server; a failure where the tests must not be skipped.
    pub(crate) async fn create() -> Option<Self> {
        let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
            assert!(
                std::env::var_os("CI").is_none(),
                "TEST_DATABASE_URL is not set"
            );
            println!("SKIPPED: TEST_DATABASE_URL is not set");
            return None;
        };
        let server = Db::open(&DatabaseConfig::new(&*url)).unwrap();
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        server
            .execute(Statement::new(format!("CREATE DATABASE {name}")))
            .await
            .unwrap();
        let (base, query) = url.split_once('?').unwrap_or((&url, ""));
        let base = base.rsplit_once('/').unwrap().0;
        let config = DatabaseConfig::new(format!("{base}/{name}?{query}"));
        let db = Db::open(&config).unwrap();
        Some(Self {
            db,
            config,
            server,
            name,
        })
    }

    /// The server's own database, for what is done to others.
    pub(crate) fn server(&self) -> &Db {
        &self.server
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn remove(self) {
        self.db.close();
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        self.server.execute(Statement::new(drop)).await.unwrap();
    }
}
