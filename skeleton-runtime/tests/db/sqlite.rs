//! What only SQLite can get wrong.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::Db;

use crate::resilience::{COUNT, FOREVER, create, exhausted, fetch_number, insert, number};

/// Gives one row at the very end: a fraction of a second of work that cannot be interrupted.
const ONE_LONG_STEP: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n";
/// Never comes to an end, but gives rows.
const ENDLESS_ROWS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

async fn abandon(sql: &'static str) {
    let mut config = DatabaseConfig::new("sqlite::memory:");
    config.pool_size = 1;
    config.pool_timeout = FOREVER;
    let db = Db::open(&config).unwrap();
    let mut connection = db.read().await.unwrap();
    let query = connection.fetch(number(sql), |row| row.raw(0)?.ok_or("NULL")?.as_i64());
    assert!(
        tokio::time::timeout(Duration::from_millis(5), query)
            .await
            .is_err()
    );
    let error = connection
        .fetch(number("SELECT 1"), |_| Ok(()))
        .await
        .unwrap_err();
    assert_eq!(skeleton_runtime::Error::from(error).status(), 503);
    drop(connection);
    // The only reader comes back by itself.
    db.ping().await.unwrap();
}

#[tokio::test(flavor = "current_thread")]
async fn an_abandoned_query_on_one_thread() {
    abandon(ONE_LONG_STEP).await;
    abandon(ENDLESS_ROWS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_query_on_many_threads() {
    abandon(ONE_LONG_STEP).await;
    abandon(ENDLESS_ROWS).await;
}

#[tokio::test]
async fn an_abandoned_write_in_a_transaction_is_rolled_back() {
    let db = crate::support::sqlite();
    create(&db).await;
    let work = db.transaction(async |connection| -> skeleton_runtime::Result<()> {
        connection.execute(insert(1)).await?;
        connection
            .execute(number(format!("INSERT INTO items {ENDLESS_ROWS}")))
            .await?;
        Ok(())
    });
    let many = number(
        "INSERT INTO items WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
         SELECT i FROM n",
    );
    drop(work);
    let work = db.transaction(async |connection| -> skeleton_runtime::Result<()> {
        connection.execute(insert(1)).await?;
        connection.execute(many.clone()).await?;
        std::future::pending().await
    });
    assert!(
        tokio::time::timeout(Duration::from_millis(20), work)
            .await
            .is_err()
    );
    db.execute(insert(2)).await.unwrap();
    assert_eq!(fetch_number(&db, COUNT).await.unwrap(), 1);
}

#[tokio::test]
async fn rows_beyond_the_time_out_are_not_waited_for() {
    let mut config = DatabaseConfig::new("sqlite::memory:");
    config.statement_timeout = Duration::from_millis(20);
    let db = Db::open(&config).unwrap();
    assert_eq!(
        fetch_number(&db, ENDLESS_ROWS).await.unwrap_err().status(),
        500
    );
    db.ping().await.unwrap();
}

#[tokio::test]
async fn an_exhausted_pool() {
    exhausted(DatabaseConfig::new("sqlite::memory:")).await;
}

#[tokio::test]
async fn readers_cannot_write() {
    let db = crate::support::sqlite();
    create(&db).await;
    let mut reader = db.read().await.unwrap();
    let error = reader.execute(insert(1)).await.unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
    assert!(
        db.fetch(number("DELETE FROM items RETURNING 1"), |_| Ok(()))
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_go_on_beside_the_writer_and_writers_take_turns() {
    let db = crate::support::sqlite();
    create(&db).await;
    let tasks: Vec<_> = (0..16)
        .map(|worker| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    db.execute(insert(worker * 10 + n)).await.unwrap();
                    fetch_number(&db, COUNT).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fetch_number(&db, COUNT).await.unwrap(), 160);
    let mut writer = db.write().await.unwrap();
    writer
        .batch_execute("BEGIN IMMEDIATE; DELETE FROM items")
        .await
        .unwrap();
    assert_eq!(
        fetch_number(&db, COUNT).await.unwrap(),
        160,
        "not committed yet"
    );
    writer.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn settings_of_a_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let db = Db::open(&DatabaseConfig::new(format!("sqlite://{}", path.display()))).unwrap();
    assert!(!path.exists(), "opening is lazy");
    for connection in [
        &mut db.read().await.unwrap(),
        &mut db.write().await.unwrap(),
    ] {
        for (pragma, expected) in [
            ("busy_timeout", 5000),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("temp_store", 2),
        ] {
            let found = connection
                .fetch(number(format!("PRAGMA {pragma}")), |row| {
                    row.raw(0)?.ok_or("NULL")?.as_i64()
                })
                .await
                .unwrap();
            assert_eq!(found, [expected], "{pragma}");
        }
        let mode = connection
            .fetch(number("PRAGMA journal_mode"), |row| {
                Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned())
            })
            .await
            .unwrap();
        assert_eq!(mode, ["wal"]);
    }
    assert!(path.exists());
}

#[tokio::test]
async fn a_locked_database_answers_503() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = DatabaseConfig::new(format!("sqlite://{}/app.db", folder.path().display()));
    config.pool_timeout = Duration::from_millis(50);
    let (one, other) = (Db::open(&config).unwrap(), Db::open(&config).unwrap());
    create(&one).await;
    let held = one.transaction(async |connection| -> skeleton_runtime::Result<()> {
        connection.execute(insert(1)).await?;
        assert_eq!(other.execute(insert(2)).await.unwrap_err().status(), 503);
        Ok(())
    });
    held.await.unwrap();
    other.execute(insert(2)).await.unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_answers_503_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing");
    let db = Db::open(&DatabaseConfig::new(format!(
        "sqlite://{}/app.db",
        path.display()
    )))
    .unwrap();
    let error = db.ping().await.unwrap_err();
    assert_eq!(error.status(), 503);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("missing/app.db"), "{cause}");
    std::fs::create_dir(&path).unwrap();
    db.ping().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_was_moved_is_read_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let (path, aside) = (folder.path().join("app.db"), folder.path().join("aside"));
    let db = Db::open(&DatabaseConfig::new(format!("sqlite://{}", path.display()))).unwrap();
    create(&db).await;
    db.execute(insert(1)).await.unwrap();
    assert_eq!(fetch_number(&db, COUNT).await.unwrap(), 1);
    std::fs::rename(&path, &aside).unwrap();
    for there in ["nothing", "another file"] {
        let error = db.execute(insert(2)).await.unwrap_err();
        assert_eq!(error.status(), 503, "{there}");
        assert_eq!(fetch_number(&db, COUNT).await.unwrap(), 1, "{there}");
        std::fs::copy(&aside, &path).unwrap();
    }
    std::fs::rename(&aside, &path).unwrap();
    db.execute(insert(2)).await.unwrap();
    assert_eq!(fetch_number(&db, COUNT).await.unwrap(), 2);
}

#[tokio::test]
async fn diesels_own_connection_is_at_hand() {
    let db = crate::support::sqlite();
    let mut connection = db.write().await.unwrap();
    let made = connection
        .sqlite(|sqlite| {
            use diesel::connection::SimpleConnection;
            sqlite.batch_execute("CREATE TABLE direct (id INTEGER)")
        })
        .await;
    assert_eq!(made, Some(Ok(())));
    #[cfg(feature = "postgres")]
    assert!(connection.postgres().is_none());
}

#[tokio::test]
async fn the_library_is_free_of_a_known_fault() {
    // Older ones could corrupt a database in WAL mode.
    let db = crate::support::sqlite();
    let version = db
        .fetch(number("SELECT sqlite_version()"), |row| {
            Ok(row.raw(0)?.ok_or("NULL")?.as_str()?.to_owned())
        })
        .await
        .unwrap();
    let parts: Vec<u32> = version[0]
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(parts >= vec![3, 51, 3], "{version:?}");
}
