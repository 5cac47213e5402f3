//! Reads that share connections.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use skeleton_runtime::Result;
use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Db, Statement, Value};

use crate::resilience::FOREVER;
use crate::support::PostgresDatabase;

const BACKEND: &str = "SELECT pg_backend_pid()::bigint";

/// One connection for shared reads beside three of the pool.
async fn database() -> Option<(PostgresDatabase, Db)> {
    database_of(4).await
}

async fn database_of(pool_size: usize) -> Option<(PostgresDatabase, Db)> {
    let database = PostgresDatabase::create().await?;
    let config = DatabaseConfig {
        pool_size,
        ..database.config.clone()
    };
    let db = Db::open(&config).unwrap();
    assert_eq!(db.status().max_size, pool_size);
    // The first read asks for the connection, and does not wait for it.
    while db.status().size < 2 {
        db.ping().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Some((database, db))
}

async fn read(db: &Db, statement: Statement) -> Result<i64> {
    let rows = db.fetch(statement, |row| row.raw(0)?.ok_or("NULL")?.as_i64());
    rows.await.map(|rows| rows[0])
}

fn quick(sql: &'static str) -> Statement {
    Statement::new(sql).quick()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quick_ones_are_on_one_connection() {
    let Some((database, db)) = database().await else {
        return;
    };
    let reads = (0..20).map(|_| read(&db, quick(BACKEND)));
    let pids: HashSet<_> = join_all(reads)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(pids.len(), 1, "{pids:?}");
    // More than it has room for go to the pool.
    let reads = (0..200).map(|_| read(&db, quick(BACKEND)));
    assert!(join_all(reads).await.iter().all(Result::is_ok));
    assert!(db.status().size <= 4);
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_stands_behind_a_slow_one() {
    let Some((database, db)) = database().await else {
        return;
    };
    let slow = "SELECT pg_backend_pid()::bigint FROM (SELECT pg_sleep(600)) AS slept";
    let task = tokio::spawn({
        let db = db.clone();
        async move { read(&db, Statement::new(slow)).await }
    });
    while sleeping(&database).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let shared = sleeping(&database).await[0];
    for _ in 0..10 {
        let answer = tokio::time::timeout(FOREVER, read(&db, quick(BACKEND))).await;
        assert_ne!(answer.expect("it is not kept waiting").unwrap(), shared);
    }
    task.abort();
    gone(&database).await;
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_by_key_have_a_connection_that_no_slow_one_gets() {
    let Some((database, db)) = database_of(8).await else {
        return;
    };
    // Two that are shared, and one of the pool.
    while db.status().size < 3 {
        read(&db, quick(BACKEND)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Of those that are idle, they take the first.
    let of_keys = read(&db, quick(BACKEND)).await.unwrap();
    let slow = "SELECT pg_backend_pid()::bigint FROM (SELECT pg_sleep(600)) AS slept";
    let slow: Vec<_> = (0..3)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { read(&db, Statement::new(slow)).await })
        })
        .collect();
    while sleeping(&database).await.len() < slow.len() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!sleeping(&database).await.contains(&of_keys));
    for _ in 0..10 {
        assert_eq!(read(&db, quick(BACKEND)).await.unwrap(), of_keys);
    }
    slow.iter().for_each(tokio::task::JoinHandle::abort);
    gone(&database).await;
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_quick_each_time_shares_and_what_turns_slow_is_left_alone() {
    let Some((database, db)) = database().await else {
        return;
    };
    let nap = |seconds: f64| {
        let sql = "SELECT pg_backend_pid()::bigint FROM (SELECT pg_sleep($1)) AS slept";
        Statement::new(sql).bind(Value::F64(seconds))
    };
    // Once it is known to be quick, several are on one connection.
    let shared = read(&db, quick(BACKEND)).await.unwrap();
    let is_shared = async || {
        let reads = join_all((0..6).map(|_| read(&db, nap(0.0)))).await;
        reads.into_iter().all(|pid| pid.unwrap() == shared)
    };
    let sharing = async {
        while !is_shared().await {
            read(&db, nap(0.0)).await.unwrap();
        }
    };
    tokio::time::timeout(FOREVER, sharing).await.unwrap();
    let task = tokio::spawn({
        let db = db.clone();
        async move { read(&db, nap(600.0)).await }
    });
    while sleeping(&database).await != [shared] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Longer than anybody gets in line behind it.
    tokio::time::sleep(Duration::from_millis(50)).await;
    for statement in [quick(BACKEND), nap(0.0)] {
        let answer = tokio::time::timeout(FOREVER, read(&db, statement)).await;
        assert_ne!(answer.expect("it is not kept waiting").unwrap(), shared);
    }
    task.abort();
    gone(&database).await;
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_given_up_is_stopped_and_those_behind_it_are_answered() {
    let Some((database, db)) = database().await else {
        return;
    };
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            read(
                &db,
                quick("SELECT 1::bigint FROM (SELECT pg_sleep(600)) AS slept"),
            )
            .await
        }
    });
    while sleeping(&database).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let behind: Vec<_> = (0..5)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { read(&db, quick(BACKEND)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    task.abort();
    for answer in behind {
        let answer = tokio::time::timeout(FOREVER, answer).await;
        answer.expect("the server stops it").unwrap().unwrap();
    }
    gone(&database).await;
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_that_meet_its_end_run_again() {
    let Some((database, db)) = database().await else {
        return;
    };
    let shared = read(&db, quick(BACKEND)).await.unwrap();
    let reads: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            let sql = "SELECT pg_backend_pid()::bigint FROM (SELECT pg_sleep(0.1)) AS slept";
            tokio::spawn(async move { read(&db, quick(sql)).await })
        })
        .collect();
    while sleeping(&database).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let kill = Statement::new("SELECT pg_terminate_backend($1)")
        .bind(Value::I32(shared.try_into().unwrap()));
    database.server().execute(kill).await.unwrap();
    for answer in reads {
        assert_ne!(
            answer.await.unwrap().unwrap(),
            shared,
            "not by the dead one"
        );
    }
    db.close();
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_are_those_of_any_connection() {
    let Some((database, db)) = database().await else {
        return;
    };
    let shared = read(&db, quick(BACKEND)).await.unwrap();
    let error = read(&db, quick("SELECT 1::bigint / 0")).await.unwrap_err();
    assert_eq!(error.status(), 500, "{error}");
    assert!(error.cause_chain().unwrap().contains("division by zero"));
    let error = read(&db, quick("SELECT 'a'")).await.unwrap_err();
    assert!(error.cause_chain().unwrap().contains("bigint"), "{error:?}");
    let nul = Statement::new("SELECT length($1)::bigint").bind(Value::Text("\0".to_owned()));
    read(&db, nul.quick()).await.unwrap_err();
    // The same text with a value of another type.
    let sum = |value| Statement::new("SELECT 1::bigint + $1").bind(value).quick();
    assert_eq!(read(&db, sum(Value::I64(1))).await.unwrap(), 2);
    assert_eq!(read(&db, sum(Value::I32(2))).await.unwrap(), 3);
    assert_eq!(
        read(&db, quick(BACKEND)).await.unwrap(),
        shared,
        "it lives on"
    );
    db.close();
    let error = read(&db, quick(BACKEND)).await.unwrap_err();
    assert_eq!(error.status(), 503);
    database.remove().await;
}

/// The backends that sleep.
async fn sleeping(database: &PostgresDatabase) -> Vec<i64> {
    let name = database.name();
    let find = Statement::new(
        "SELECT pid::bigint FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = $1",
    );
    let rows = database
        .server()
        .fetch(find.bind(Value::Text(name.to_owned())), |row| {
            row.raw(0)?.ok_or("NULL")?.as_i64()
        });
    rows.await.unwrap()
}

async fn gone(database: &PostgresDatabase) {
    let waiting = async {
        while !sleeping(database).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(FOREVER, waiting)
        .await
        .expect("the server stops it");
}
