//! What only PostgreSQL can get wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Db, Row, Statement, Value};

use crate::resilience::{FOREVER, create, exhausted, fetch_number, insert, number};

use crate::support::{PostgresDatabase, define};

const BACKEND: &str = "SELECT pg_backend_pid()::bigint";

async fn terminate(database: &PostgresDatabase, pid: i64) {
    let kill =
        Statement::new("SELECT pg_terminate_backend($1)").bind(Value::I32(pid.try_into().unwrap()));
    database.server().execute(kill).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exhausted_pool() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    exhausted(database.config.clone()).await;
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_connections_are_replaced() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let db = &database.db;
    create(db).await;
    for round in 0..20 {
        let pid = fetch_number(db, BACKEND).await.unwrap();
        terminate(&database, pid).await;
        // At once, whether the connection has heard of its end yet or not.
        if round % 2 == 0 {
            assert_ne!(fetch_number(db, BACKEND).await.unwrap(), pid);
        } else {
            match db.execute(insert(round)).await {
                Ok(count) => assert_eq!(count, 1),
                Err(error) => assert_eq!(error.status(), 503, "{error}"),
            }
            db.ping().await.unwrap();
        }
    }
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_meets_its_end_runs_again() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let db = database.db.clone();
    // The first run announces itself and stays; the second one finds that it is the second.
    define(&db, "CREATE SEQUENCE runs", "").await;
    let read = "SELECT nextval('runs'), CASE WHEN currval('runs') = 1 THEN pg_sleep(600) END";
    let task = tokio::spawn(async move { fetch_number(&db, read).await });
    let find = "SELECT pid::bigint FROM pg_stat_activity WHERE wait_event = 'PgSleep' \
                AND datname = current_database()";
    let pid = loop {
        let found = database
            .db
            .fetch(number(find), |row| row.raw(0)?.ok_or("NULL")?.as_i64())
            .await
            .unwrap();
        if let [pid] = found[..] {
            break pid;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    terminate(&database, pid).await;
    let answer = tokio::time::timeout(FOREVER, task).await;
    assert_eq!(answer.expect("it runs again at once").unwrap().unwrap(), 2);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_meets_its_end_halfway_begins_anew() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let db = &database.db;
    db.execute(Statement::new("CREATE SEQUENCE ends"))
        .await
        .unwrap();
    // So wide that rows are sent before the end comes, which is the first time alone.
    let read = "SELECT repeat('x', 20000), CASE WHEN n = 3 AND nextval('ends') = 1 \
        THEN pg_terminate_backend(pg_backend_pid()) END FROM generate_series(1, 5) AS n";
    let decoded = Arc::new(AtomicUsize::new(0));
    let (all, mut number) = (decoded.clone(), 0);
    let numbered = move |_: &Row<'_>| {
        all.fetch_add(1, Ordering::Relaxed);
        number += 1;
        Ok(number)
    };
    let numbers = db.fetch(Statement::new(read), numbered).await.unwrap();
    assert!(decoded.load(Ordering::Relaxed) > 5, "the end came too soon");
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_statement_is_cancelled_and_its_connection_closed() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let mut config = database.config.clone();
    config.statement_timeout = 10 * FOREVER;
    let db = &Db::open(&config).unwrap();
    let mut connection = db.read().await.unwrap();
    let query = connection.fetch(number("SELECT pg_sleep(600)"), |_| Ok(()));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), query)
            .await
            .is_err()
    );
    let error = connection
        .fetch(number("SELECT 1"), |_| Ok(()))
        .await
        .unwrap_err();
    assert_eq!(skeleton_runtime::Error::from(error).status(), 503);
    drop(connection);
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' \
                   AND pid <> pg_backend_pid() AND datname = current_database()";
    let gone = async {
        while fetch_number(db, running).await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(FOREVER, gone)
        .await
        .expect("the server stops it");
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_of_a_connection() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let mut config = database.config.clone();
    config.statement_timeout = Duration::from_millis(50);
    let db = Db::open(&config).unwrap();
    let error = db
        .fetch(number("SELECT pg_sleep(600)"), |_| Ok(()))
        .await
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("statement timeout"), "{cause}");
    let named = "SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid() AND application_name LIKE 'db-%'";
    assert_eq!(fetch_number(&db, named).await.unwrap(), 1);
    database.remove().await;
}

#[tokio::test]
async fn an_unreachable_server_answers_503() {
    // Nothing listens on the port of a socket that is bound, and not listened on.
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    let db = Db::open(&DatabaseConfig::new(format!(
        "postgres://u:canary@127.0.0.1:{port}/db"
    )))
    .unwrap();
    let error = db.ping().await.unwrap_err();
    assert_eq!(error.status(), 503);
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn diesels_own_connection_is_at_hand() {
    let Some(database) = PostgresDatabase::create().await else {
        return;
    };
    let mut connection = database.db.write().await.unwrap();
    connection
        .postgres()
        .unwrap()
        .batch_execute("CREATE TABLE direct (id integer)")
        .await
        .unwrap();
    // A query left running by way of it must not meet the next holder.
    let sleeping = connection
        .postgres()
        .unwrap()
        .batch_execute("SELECT pg_sleep(0.05)");
    assert!(
        tokio::time::timeout(Duration::from_millis(1), sleeping)
            .await
            .is_err()
    );
    drop(connection);
    assert_eq!(
        fetch_number(&database.db, "SELECT count(*) FROM direct")
            .await
            .unwrap(),
        0
    );
    database.remove().await;
}
