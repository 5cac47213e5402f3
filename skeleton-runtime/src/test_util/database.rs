//! A database of its own for each test, gone when the test ends.

use crate::Result;

#[cfg(feature = "postgres")]
use super::postgres::FreshDatabase;

/// A migrated database that no other test uses; dropping this removes it.
///
/// The migrations are given as a closure from the URL of an empty database. Hold the value until the end of the test:
///
/// ```
/// # async fn example() -> skeleton_runtime::Result<()> {
/// use skeleton_runtime::test_util::TestDatabase;
///
/// for database in TestDatabase::both("no migrations", async |_url| Ok(())).await {
///     println!("testing on {}", database.url());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _keeper: Keeper,
}

/// What removes the database when it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "held to be dropped")]
enum Keeper {
    #[cfg(feature = "sqlite")]
    File(tempfile::TempDir),
    #[cfg(feature = "postgres")]
    Server(FreshDatabase),
}

impl TestDatabase {
    /// A SQLite file in a temporary folder of its own.
    ///
    /// Not `sqlite::memory:`, whose one connection would hide what concurrent connections do.
    ///
    /// # Panics
    ///
    /// When the folder can't be made, or the migrations fail.
    #[cfg(feature = "sqlite")]
    pub async fn sqlite(migrate: impl AsyncFnOnce(String) -> Result<()>) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("skeleton-test-")
            .tempdir()
            .expect("the temporary folder is writable");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        migrate(url.clone())
            .await
            .expect("the migrations run on an empty SQLite file");
        Self {
            url,
            _keeper: Keeper::File(folder),
        }
    }

    /// A database on the PostgreSQL server of `TEST_DATABASE_URL`; `None`, after a word about it, where the variable
    /// is not set.
    ///
    /// The migrations run once, on a template which all tests with the same `fingerprint` copy, in this process and
    /// in others. So the fingerprint needs to be another whenever the migrations are: make it of their names and
    /// texts. The user in the URL must be allowed to create databases.
    ///
    /// # Panics
    ///
    /// When the server can't be reached or refuses, or the migrations fail. With `CI=true` also when
    /// `TEST_DATABASE_URL` is not set.
    #[cfg(feature = "postgres")]
    pub async fn postgres(
        fingerprint: &str,
        migrate: impl AsyncFnOnce(String) -> Result<()>,
    ) -> Option<Self> {
        let server = super::postgres::server_url()?;
        let database = FreshDatabase::create(server, fingerprint, migrate).await;
        Some(Self {
            url: database.url(),
            _keeper: Keeper::Server(database),
        })
    }

    /// One database of each kind that is compiled in and to be had, SQLite first.
    ///
    /// # Panics
    ///
    /// As [`TestDatabase::sqlite`] and [`TestDatabase::postgres`] do.
    pub async fn both(fingerprint: &str, migrate: impl AsyncFn(String) -> Result<()>) -> Vec<Self> {
        let mut databases = Vec::new();
        #[cfg(feature = "sqlite")]
        databases.push(Self::sqlite(&migrate).await);
        #[cfg(feature = "postgres")]
        databases.extend(Self::postgres(fingerprint, &migrate).await);
        #[cfg(not(feature = "postgres"))]
        let _ = fingerprint;
        databases
    }

    /// The URL, as for `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn a_sqlite_file_goes_with_its_test() {
        let database = TestDatabase::sqlite(async |url| {
            let path = url.strip_prefix("sqlite://").unwrap();
            std::fs::write(path, "").unwrap();
            Ok(())
        })
        .await;
        let path = Path::new(database.url().strip_prefix("sqlite://").unwrap()).to_owned();
        assert!(path.exists());
        drop(database);
        assert!(!path.parent().unwrap().exists());
    }
}
