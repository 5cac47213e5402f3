//! What happens when callers leave, pools run dry and servers go down.

use std::time::Duration;

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Connection, Db, Statement, Value};

use crate::support::{define, either, on_both};

/// Long enough that a test which waits for it has failed.
pub(crate) const FOREVER: Duration = Duration::from_mins(1);

pub(crate) fn number(sql: impl Into<std::borrow::Cow<'static, str>>) -> Statement {
    Statement::new(sql)
}

pub(crate) async fn fetch_number(db: &Db, sql: &'static str) -> skeleton_runtime::Result<i64> {
    let rows = db
        .fetch(number(sql), |row| row.raw(0)?.ok_or("NULL")?.as_i64())
        .await?;
    Ok(rows[0])
}

pub(crate) async fn create(db: &Db) {
    define(
        db,
        "CREATE TABLE items (id integer PRIMARY KEY)",
        "CREATE TABLE items (id INTEGER PRIMARY KEY) STRICT",
    )
    .await;
}

pub(crate) fn insert(id: i32) -> Statement {
    Statement::new("INSERT INTO items VALUES ($1)").bind(Value::I32(id))
}

pub(crate) const COUNT: &str = "SELECT count(*) FROM items";

on_both! {
    async fn a_dropped_transaction_is_rolled_back(db: &Db) {
        create(db).await;
        let work = db.transaction(async |connection| -> skeleton_runtime::Result<()> {
            connection.execute(insert(1)).await?;
            std::future::pending().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(200), work).await.is_err());
        // Neither locks nor rows are left.
        db.execute(insert(1)).await.unwrap();
        assert_eq!(fetch_number(db, COUNT).await.unwrap(), 1);
    }

    async fn futures_go_to_other_threads(db: &Db) {
        create(db).await;
        let clone = db.clone();
        let task = tokio::spawn(async move {
            clone
                .transaction(async |connection| -> skeleton_runtime::Result<usize> {
                    let first = connection.execute(insert(1)).await?;
                    let second = connection
                        .transaction(async |connection| -> diesel::QueryResult<usize> {
                            connection.execute(insert(2)).await
                        })
                        .await?;
                    Ok(first + second)
                })
                .await
        });
        assert_eq!(task.await.unwrap().unwrap(), 2);
    }

    async fn rows_are_counted_however_a_statement_begins(db: &Db) {
        create(db).await;
        let mut connection = db.write().await.unwrap();
        for (sql, rows) in [
            ("INSERT INTO items VALUES (1), (2), (3)", 3),
            ("SELECT id FROM items WHERE id > 1", 2),
            ("WITH chosen AS (SELECT id FROM items WHERE id > 2) SELECT id FROM chosen", 1),
            ("-- Each of them.\nUPDATE items SET id = id + 10", 3),
            ("WITH chosen AS (SELECT 11 AS id) DELETE FROM items WHERE id IN (SELECT id FROM chosen)", 1),
        ] {
            assert_eq!(connection.execute(number(sql)).await.unwrap(), rows, "{sql}");
        }
    }

    async fn a_check_without_a_name_names_no_columns(db: &Db) {
        let table = "CREATE TABLE offers (price integer CHECK (price * 0.5 < 100.5))";
        define(db, table, table).await;
        let dear = db.execute(number("INSERT INTO offers VALUES (1000)")).await.unwrap_err();
        assert_eq!(dear.status(), 422);
        assert!(dear.faults().is_empty(), "{dear:?}");
    }

    async fn a_panic_while_decoding_goes_on_in_the_caller(db: &Db) {
        let clone = db.clone();
        let task = tokio::spawn(async move {
            clone.fetch(number("SELECT 1"), |_| -> diesel::deserialize::Result<()> { panic!("decode") }).await
        });
        assert!(task.await.unwrap_err().is_panic());
        db.ping().await.unwrap();
    }

    async fn a_failed_statement_leaves_the_connection_usable(db: &Db) {
        let mut connection = db.write().await.unwrap();
        assert!(connection.execute(number("SELECT * FROM nothing")).await.is_err());
        assert!(connection.batch_execute("nonsense").await.is_err());
        let one = connection.fetch(number("SELECT 1"), |_| Ok(())).await.unwrap();
        assert_eq!(one.len(), 1);
    }

    async fn a_closed_pool_answers_503(db: &Db) {
        db.ping().await.unwrap();
        db.close();
        assert_eq!(db.ping().await.unwrap_err().status(), 503);
    }

    async fn repeated_placeholders_share_a_value(db: &Db) {
        let cast = either(
            db,
            "SELECT $1::bigint * 100 + $2::bigint * 10 + $1::bigint",
            "SELECT $1 * 100 + $2 * 10 + $1",
        );
        let statement = number(cast).bind(Value::I64(1)).bind(Value::I64(2));
        let found = db.fetch(statement, |row| row.raw(0)?.ok_or("NULL")?.as_i64()).await.unwrap();
        assert_eq!(found, [121]);
    }

    async fn rows_are_counted_alike(db: &Db) {
        create(db).await;
        assert_eq!(db.execute(insert(1)).await.unwrap(), 1);
        assert_eq!(db.execute(number("SELECT * FROM items")).await.unwrap(), 1);
        assert_eq!(db.execute(number("SELECT * FROM items WHERE id = 9")).await.unwrap(), 0);
        assert_eq!(db.execute(number("CREATE INDEX other ON items (id)")).await.unwrap(), 0);
        assert_eq!(db.execute(number("UPDATE items SET id = 2")).await.unwrap(), 1);
    }

    async fn many_shapes_do_no_harm(db: &Db) {
        let mut connection = db.read().await.unwrap();
        for n in 0..1200_i64 {
            let statement = number(format!("SELECT {n} + CAST($1 AS bigint)")).bind(Value::I64(1));
            let found = connection.fetch(statement, |row| row.raw(0)?.ok_or("NULL")?.as_i64()).await.unwrap();
            assert_eq!(found, [n + 1]);
        }
        drop(connection);
        let kept = either(db, "SELECT count(*) FROM pg_prepared_statements", "SELECT 0");
        let kept = fetch_number(db, kept).await.unwrap();
        assert!((0..=513).contains(&kept), "{kept}");
    }

    async fn a_transaction_that_cannot_commit_is_an_error(db: &Db) {
        define(
            db,
            "CREATE TABLE parents (id integer PRIMARY KEY);
             CREATE TABLE children (parent integer REFERENCES parents DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED) STRICT",
        )
        .await;
        let result = db
            .transaction(async |connection| -> skeleton_runtime::Result<()> {
                connection.execute(number("INSERT INTO children VALUES (1)")).await?;
                Ok(())
            })
            .await;
        assert_eq!(result.unwrap_err().status(), 422);
        assert_eq!(fetch_number(db, "SELECT count(*) FROM children").await.unwrap(), 0);
        db.execute(number("INSERT INTO parents VALUES (1)")).await.unwrap();
    }
}

/// All connections are held; the next one who asks waits for as long as it may, and no longer.
pub(crate) async fn exhausted(mut config: DatabaseConfig) {
    config.pool_size = 2;
    config.pool_timeout = Duration::from_millis(50);
    let db = Db::open(&config).unwrap();
    let held: [Connection; 2] = [db.read().await.unwrap(), db.read().await.unwrap()];
    let error = db.read().await.unwrap_err();
    assert_eq!(error.status(), 503, "{error}");
    assert_eq!(db.status().idle, 0);
    drop(held);
    db.ping().await.unwrap();
}
