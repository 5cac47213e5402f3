//! Fresh PostgreSQL databases, copied from a template that was migrated once.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::{env, thread};

use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::Result;

/// The server's URL from `TEST_DATABASE_URL`; without it the caller's test is skipped, or fails where that isn't
/// allowed.
pub(super) fn server_url() -> Option<String> {
    let url = env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty());
    if url.is_none() {
        super::skip("PostgreSQL (set TEST_DATABASE_URL to the URL of a server)");
    }
    url
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub(super) struct FreshDatabase {
    server: String,
    name: String,
}

impl FreshDatabase {
    /// Copies the template of `fingerprint`, which is made first where it isn't there.
    pub(super) async fn create(
        server: String,
        fingerprint: &str,
        migrate: impl AsyncFnOnce(String) -> Result<()>,
    ) -> Self {
        let admin = connect(&server)
            .await
            .expect("TEST_DATABASE_URL leads to a server");
        let template = Template::of(fingerprint);
        template.make(&admin, &server, migrate).await;
        let name = format!("skeleton_test_{}", Uuid::now_v7().simple());
        admin
            .batch_execute(&format!(
                "CREATE DATABASE {name} TEMPLATE {}",
                template.name
            ))
            .await
            .expect("the user of TEST_DATABASE_URL may create databases");
        Self { server, name }
    }

    pub(super) fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        let server = self.server.clone();
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // On a thread with a runtime of its own, since the test's may be shutting down. Whatever fails here fails no
        // test: what is left behind is one database.
        let _ = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .ok()?;
            runtime.block_on(async { connect(&server).await.ok()?.batch_execute(&sql).await.ok() })
        })
        .join();
    }
}

/// A migrated database for others to be copied from. Only a whole one is marked as a template by the server, so one
/// whose migration broke off is never copied.
struct Template {
    name: String,
    lock: i64,
}

impl Template {
    fn of(fingerprint: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        fingerprint.hash(&mut hasher);
        let hash = hasher.finish();
        Self {
            name: format!("skeleton_template_{hash:016x}"),
            lock: hash.cast_signed(),
        }
    }

    async fn make(
        &self,
        admin: &Client,
        server: &str,
        migrate: impl AsyncFnOnce(String) -> Result<()>,
    ) {
        if self.is_made(admin).await {
            return;
        }
        // Released with the connection, should anything here panic.
        execute(admin, "SELECT pg_advisory_lock($1)", self.lock).await;
        if !self.is_made(admin).await {
            self.migrate(admin, server, migrate).await;
        }
        execute(admin, "SELECT pg_advisory_unlock($1)", self.lock).await;
    }

    async fn is_made(&self, admin: &Client) -> bool {
        const SQL: &str = "SELECT FROM pg_database WHERE datname = $1 AND datistemplate";
        let row = admin.query_opt(SQL, &[&self.name]).await;
        row.expect("pg_database can be read").is_some()
    }

    async fn migrate(
        &self,
        admin: &Client,
        server: &str,
        migrate: impl AsyncFnOnce(String) -> Result<()>,
    ) {
        let name = &self.name;
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
        ] {
            admin
                .batch_execute(&sql)
                .await
                .expect("the user of TEST_DATABASE_URL may create databases");
        }
        migrate(with_database(server, name))
            .await
            .expect("the migrations run on an empty PostgreSQL database");
        // A database can be copied only while nobody is connected to it; a pool may take a while to close.
        for sql in [
            format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
            format!("ALTER DATABASE {name} WITH IS_TEMPLATE true"),
        ] {
            admin
                .batch_execute(&sql)
                .await
                .expect("one's own database can be altered");
        }
    }
}

async fn execute(admin: &Client, sql: &str, lock: i64) {
    admin
        .execute(sql, &[&lock])
        .await
        .expect("advisory locks work");
}

/// A connection that is open while its client lives.
async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // What fails on the connection comes back from the client's calls too.
    tokio::spawn(connection);
    Ok(client)
}

/// `url` with `name` in place of its database.
fn with_database(url: &str, name: &str) -> String {
    let (before, query) = match url.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority_at = before.find("://").map_or(0, |at| at + "://".len());
    let end = before[authority_at..]
        .find('/')
        .map_or(before.len(), |at| authority_at + at);
    format!("{}/{name}{query}", &before[..end])
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Error;
    use crate::test_util::TestDatabase;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        let cases = [
            ("postgres://u:p@h:5432/postgres", "postgres://u:p@h:5432/x"),
            ("postgres://u:p@h:5432", "postgres://u:p@h:5432/x"),
            ("postgresql://h/", "postgresql://h/x"),
            (
                "postgres://h/a?sslmode=disable",
                "postgres://h/x?sslmode=disable",
            ),
            ("postgres://h?options=a/b", "postgres://h/x?options=a/b"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "x"), expected);
        }
    }

    async fn run(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
        connect(url).await?.batch_execute(sql).await
    }

    /// A fingerprint that no other run has, so that the template is not there yet.
    fn new_fingerprint() -> String {
        Uuid::new_v4().to_string()
    }

    async fn remove_template(fingerprint: &str) {
        let name = Template::of(fingerprint).name;
        let server = server_url().unwrap();
        run(
            &server,
            &format!("ALTER DATABASE {name} WITH IS_TEMPLATE false"),
        )
        .await
        .unwrap();
        run(&server, &format!("DROP DATABASE {name}"))
            .await
            .unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn each_test_has_a_copy_of_one_template() {
        let fingerprint = new_fingerprint();
        let migrations = AtomicUsize::new(0);
        let create = || {
            TestDatabase::postgres(&fingerprint, async |url| {
                migrations.fetch_add(1, Ordering::Relaxed);
                run(&url, "CREATE TABLE notes (id bigint)")
                    .await
                    .map_err(Error::internal)
            })
        };
        let (Some(first), Some(second), Some(third)) = tokio::join!(create(), create(), create())
        else {
            return;
        };
        assert_eq!(migrations.load(Ordering::Relaxed), 1);
        for database in [&first, &second, &third] {
            // A row that another test wrote would break the constraint.
            run(
                database.url(),
                "INSERT INTO notes VALUES (1); CREATE UNIQUE INDEX ON notes (id)",
            )
            .await
            .unwrap();
        }
        let url = first.url().to_owned();
        let _held = connect(&url).await.unwrap();
        drop(first);
        let gone = connect(&url).await.err().unwrap();
        assert_eq!(
            gone.code(),
            Some(&tokio_postgres::error::SqlState::UNDEFINED_DATABASE)
        );
        run(second.url(), "SELECT 1").await.unwrap();
        remove_template(&fingerprint).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_template_whose_migration_failed_is_made_anew() {
        let fingerprint = new_fingerprint();
        if server_url().is_none() {
            return;
        }
        let key = fingerprint.clone();
        let failed = tokio::spawn(async move {
            TestDatabase::postgres(&key, async |url| {
                run(&url, "CREATE TABLE half_way (id bigint)")
                    .await
                    .unwrap();
                Err(Error::internal("broken migration"))
            })
            .await
        });
        assert!(failed.await.is_err(), "a failed migration fails the test");
        let database = TestDatabase::postgres(&fingerprint, async |url| {
            run(&url, "CREATE TABLE half_way (id bigint)")
                .await
                .map_err(Error::internal)
        });
        let database = database.await.unwrap();
        run(database.url(), "SELECT FROM half_way").await.unwrap();
        remove_template(&fingerprint).await;
    }
}
