//! Where a read runs: on a thread for what may block, or on the spot.

use std::thread::{self, ThreadId};

use diesel_async::SimpleAsyncConnection as _;

use crate::Result;
use crate::config::DatabaseConfig;
use crate::db::open::BRIEF;
use crate::db::pace::TIMES;
use crate::db::{Db, Statement};

async fn database() -> Db {
    let db = Db::open(&DatabaseConfig::new("sqlite::memory:")).unwrap();
    let mut writer = db.write().await.unwrap();
    let table = "CREATE TABLE items (id INTEGER PRIMARY KEY) STRICT; INSERT INTO items VALUES (1)";
    writer.batch_execute(table).await.unwrap();
    drop(writer);
    db
}

fn by_key() -> Statement {
    Statement::new("SELECT id FROM items WHERE id = 1").quick()
}

/// Which thread read the row.
async fn reader(db: &Db, statement: Statement) -> ThreadId {
    let read = db.fetch(statement, |_| Ok(here())).await;
    read.unwrap()[0]
}

fn here() -> ThreadId {
    thread::current().id()
}

/// How many reads had a thread before. A busy machine may make any read slow, which begins the count anew.
async fn until_on_the_spot(db: &Db) -> u32 {
    for times in 0..1000 {
        if reader(db, by_key()).await == here() {
            return times;
        }
    }
    panic!("it never was quick");
}

// The test's own thread is the only worker.
#[tokio::test]
async fn a_row_by_its_key_is_read_on_the_spot_once_that_was_quick_some_times() {
    let times = until_on_the_spot(&database().await).await;
    assert!(times >= TIMES, "after {times}");
}

#[tokio::test]
async fn one_slow_read_has_the_next_ones_on_a_thread_again() {
    let db = database().await;
    loop {
        until_on_the_spot(&db).await;
        let slow = db.fetch(by_key(), |_| {
            thread::sleep(BRIEF * 2);
            Ok(here())
        });
        let was_on_the_spot = slow.await.unwrap() == [here()];
        assert_ne!(reader(&db, by_key()).await, here());
        if was_on_the_spot {
            break;
        }
    }
}

#[tokio::test]
async fn whatever_is_no_row_by_its_key_never_is() {
    let db = database().await;
    for _ in 0..TIMES * 2 {
        let other = Statement::new("SELECT id FROM items");
        assert_ne!(reader(&db, other).await, here());
    }
}

#[tokio::test]
async fn a_panic_on_the_spot_is_its_callers_and_closes_the_connection() {
    let db = database().await;
    until_on_the_spot(&db).await;
    let before = db.status();
    let other = db.clone();
    let panics = tokio::spawn(async move {
        let read: Result<Vec<()>> = other.fetch(by_key(), |_| panic!("on purpose")).await;
        read
    });
    assert!(panics.await.unwrap_err().is_panic());
    assert_eq!(db.status().size, before.size - 1);
    reader(&db, by_key()).await;
}
