//! Writers that wait together, on real files.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_async::{SimpleAsyncConnection as _, TransactionManager as _};
use tokio::task::JoinHandle;

use crate::config::DatabaseConfig;
use crate::db::{AnyTransactionManager, Connection, Db, Statement, Value};
use crate::error::Code;
use crate::{Error, Result};

const TABLES: &str = "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;
    CREATE TABLE parts (
        id INTEGER PRIMARY KEY,
        item INTEGER NOT NULL REFERENCES items (id) DEFERRABLE INITIALLY DEFERRED
    ) STRICT;
    CREATE TRIGGER items_guard BEFORE INSERT ON items WHEN new.name = 'forbidden'
    BEGIN SELECT raise(ROLLBACK, 'forbidden'); END;";

const NONE: [i64; 0] = [];

/// Of those whose test is about it, and of the others.
const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(1);

struct Fixture {
    db: Db,
    folder: tempfile::TempDir,
}

impl Fixture {
    async fn new() -> Self {
        Self::of(LONG).await
    }

    async fn of(patience: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/app.db", folder.path().display());
        let mut config = DatabaseConfig::new(url);
        config.pool_timeout = patience;
        let db = Db::open(&config).unwrap();
        let mut writer = db.write().await.unwrap();
        writer.batch_execute(TABLES).await.unwrap();
        Self { db, folder }
    }

    /// Keeps the writer from all others, in a transaction, as a hook that waits does.
    async fn occupy(&self) -> Connection {
        let mut writer = self.db.write().await.unwrap();
        AnyTransactionManager::begin_transaction(&mut writer)
            .await
            .unwrap();
        writer
    }

    /// Has all of these wait together, each in line before the next, and tells what became of them.
    async fn together(&self, statements: Vec<Statement>) -> Vec<Result<usize>> {
        let waiting = self.line_up(statements).await;
        let mut done = Vec::new();
        for write in waiting {
            done.push(write.await.unwrap());
        }
        done
    }

    async fn line_up(&self, statements: Vec<Statement>) -> Vec<JoinHandle<Result<usize>>> {
        let mut writer = self.occupy().await;
        let mut waiting = Vec::new();
        for statement in statements {
            let db = self.db.clone();
            waiting.push(tokio::spawn(async move { db.execute(statement).await }));
            self.until_waiting(waiting.len()).await;
        }
        AnyTransactionManager::commit_transaction(&mut writer)
            .await
            .unwrap();
        waiting
    }

    async fn until_waiting(&self, count: usize) {
        while self.db.status().waiting != count {
            tokio::task::yield_now().await;
        }
    }

    async fn numbers(&self, sql: &'static str) -> Vec<i64> {
        let rows = self.db.fetch(Statement::new(sql), |row| {
            row.raw(0)?.ok_or("NULL")?.as_i64()
        });
        rows.await.unwrap()
    }

    async fn items(&self) -> Vec<i64> {
        self.numbers("SELECT id FROM items ORDER BY id").await
    }

    /// Another process at the same file.
    fn stranger(&self) -> SqliteConnection {
        let path = self.folder.path().join("app.db");
        SqliteConnection::establish(path.to_str().unwrap()).unwrap()
    }
}

fn item(id: i64, name: &str) -> Statement {
    Statement::new("INSERT INTO items (id, name) VALUES ($1, $2)")
        .bind(Value::I64(id))
        .bind(Value::Text(name.to_owned()))
}

fn part(id: i64, item: i64) -> Statement {
    Statement::new("INSERT INTO parts (id, item) VALUES ($1, $2)")
        .bind(Value::I64(id))
        .bind(Value::I64(item))
}

fn codes(done: &[Result<usize>]) -> Vec<Option<Code>> {
    let code = |done: &Result<usize>| done.as_ref().err().map(Error::code);
    done.iter().map(code).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_has_an_outcome_of_its_own() {
    let fixture = Fixture::new().await;
    let rename = Statement::new("UPDATE items SET name = 'c' WHERE id IN (1, 2)");
    let all = vec![
        item(1, "a"),
        item(2, "a"),
        item(3, "c"),
        rename,
        item(4, "d"),
    ];
    let done = fixture.together(all).await;
    let conflict = Some(Code::Conflict);
    assert_eq!(codes(&done), [None, conflict, None, conflict, None]);
    assert_eq!(fixture.items().await, [1, 3, 4]);
    let names = "SELECT count(*) FROM items WHERE (id, name) IN ((1, 'a'), (3, 'c'))";
    assert_eq!(fixture.numbers(names).await, [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_share_one_transaction() {
    let fixture = Fixture::new().await;
    // The reference is looked at when they commit, and by then the row is there.
    let done = fixture
        .together(vec![part(1, 1), item(1, "a"), part(2, 1)])
        .await;
    assert_eq!(codes(&done), [None; 3]);
    assert_eq!(fixture.numbers("SELECT id FROM parts").await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_one_spoils_is_done_again_without_it() {
    let fixture = Fixture::new().await;
    let done = fixture
        .together(vec![item(1, "a"), part(1, 9), item(2, "a"), item(3, "c")])
        .await;
    let (broken, conflict) = (Some(Code::ValidationFailed), Some(Code::Conflict));
    assert_eq!(codes(&done), [None, broken, conflict, None]);
    assert_eq!(fixture.items().await, [1, 3]);
    assert_eq!(fixture.numbers("SELECT id FROM parts").await, NONE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trigger_that_rolls_everything_back_costs_the_others_nothing() {
    let fixture = Fixture::new().await;
    let done = fixture
        .together(vec![item(1, "a"), item(2, "forbidden"), item(3, "c")])
        .await;
    assert!(done[0].is_ok() && done[1].is_err() && done[2].is_ok());
    assert_eq!(fixture.items().await, [1, 3]);
    fixture.db.execute(item(4, "d")).await.unwrap();
    assert_eq!(fixture.items().await, [1, 3, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_away_before_its_turn_leaves_nothing() {
    let fixture = Fixture::new().await;
    let mut writer = fixture.occupy().await;
    let mut waiting = Vec::new();
    for id in 1..=3 {
        let db = fixture.db.clone();
        let write = async move { db.execute(item(id, &id.to_string())).await };
        waiting.push(tokio::spawn(write));
        fixture.until_waiting(waiting.len()).await;
    }
    waiting[0].abort();
    waiting[2].abort();
    fixture.until_waiting(1).await;
    AnyTransactionManager::commit_transaction(&mut writer)
        .await
        .unwrap();
    drop(writer);
    waiting.swap_remove(1).await.unwrap().unwrap();
    assert_eq!(fixture.items().await, [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_goes_away_while_it_runs_is_undone() {
    let fixture = Fixture::new().await;
    let endless = Statement::new(
        "INSERT INTO items (id) WITH RECURSIVE n(i) AS \
         (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n",
    );
    let waiting = fixture
        .line_up(vec![item(1, "a"), endless, item(2, "b")])
        .await;
    let [first, endless, last] = <[_; 3]>::try_from(waiting).unwrap();
    // The last one is in line as long as the one before it runs.
    fixture.until_waiting(1).await;
    endless.abort();
    assert!(endless.await.unwrap_err().is_cancelled());
    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    assert_eq!(fixture.items().await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patience_ends_for_those_who_wait() {
    let fixture = Fixture::of(SHORT).await;
    let writer = fixture.occupy().await;
    let (one, other) = (
        fixture.db.execute(item(1, "a")),
        fixture.db.execute(item(2, "b")),
    );
    let done: [_; 2] = futures_util::future::join(one, other).await.into();
    assert_eq!(codes(&done), [Some(Code::Unavailable); 2]);
    drop(writer);
    fixture.db.execute(item(3, "c")).await.unwrap();
    assert_eq!(fixture.items().await, [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_process_locks_answers_all_with_503() {
    let fixture = Fixture::of(SHORT).await;
    let mut stranger = fixture.stranger();
    stranger.batch_execute("BEGIN IMMEDIATE").unwrap();
    let writes = (1..=4).map(|id| fixture.db.execute(item(id, "a")));
    let done = futures_util::future::join_all(writes).await;
    assert_eq!(codes(&done), [Some(Code::Unavailable); 4]);
    stranger.batch_execute("COMMIT").unwrap();
    assert_eq!(fixture.items().await, NONE);
    fixture.db.execute(item(5, "e")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_answers_503_and_leaves_what_was_there() {
    let fixture = Fixture::new().await;
    fixture.db.execute(item(1, "a")).await.unwrap();
    let limit = async |sql: &'static str| {
        let mut writer = fixture.db.write().await.unwrap();
        let limited = writer.sqlite(move |connection| connection.batch_execute(sql));
        limited.await.unwrap().unwrap();
    };
    limit("PRAGMA max_page_count = 1").await;
    let large = "x".repeat(100_000);
    let done = fixture
        .together(
            (2..=5)
                .map(|id| item(id, &format!("{large}{id}")))
                .collect(),
        )
        .await;
    assert_eq!(codes(&done), [Some(Code::Unavailable); 4]);
    limit("PRAGMA max_page_count = 100000").await;
    assert_eq!(fixture.items().await, [1]);
    let done = fixture.together(vec![item(2, &large), item(3, "c")]).await;
    assert_eq!(codes(&done), [None; 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_its_callers_alone() {
    let fixture = Fixture::new().await;
    let mut writer = fixture.occupy().await;
    let db = fixture.db.clone();
    let panics: JoinHandle<Result<_>> = tokio::spawn(async move {
        let mut connection = db.write_once().await?;
        let returning = Statement::new("INSERT INTO items (id) VALUES (1) RETURNING id");
        let read =
            |_: &crate::db::Row<'_>| -> diesel::deserialize::Result<()> { panic!("on purpose") };
        Ok(connection.fetch(returning, read).await?)
    });
    fixture.until_waiting(1).await;
    let db = fixture.db.clone();
    let other = tokio::spawn(async move { db.execute(item(2, "b")).await });
    fixture.until_waiting(2).await;
    AnyTransactionManager::commit_transaction(&mut writer)
        .await
        .unwrap();
    drop(writer);
    assert!(panics.await.unwrap_err().is_panic());
    other.await.unwrap().unwrap();
    assert_eq!(fixture.items().await, [2]);
    fixture.db.execute(item(3, "c")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sees_half_of_a_write() {
    let fixture = Fixture::new().await;
    fixture.db.execute(item(1, "a")).await.unwrap();
    fixture.db.execute(item(2, "b")).await.unwrap();
    let writes = (3..200).map(|id| {
        let db = fixture.db.clone();
        let both = Statement::new("INSERT INTO items (id) VALUES ($1), (-$1)").bind(Value::I64(id));
        tokio::spawn(async move { db.execute(both).await })
    });
    let writes: Vec<_> = writes.collect();
    while !writes.iter().all(JoinHandle::is_finished) {
        let balance = "SELECT coalesce(sum(id), 0) FROM items WHERE abs(id) > 2";
        assert_eq!(fixture.numbers(balance).await, [0]);
    }
    for write in writes {
        assert_eq!(write.await.unwrap().unwrap(), 2);
    }
    assert_eq!(fixture.numbers("SELECT count(*) FROM items").await, [396]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_and_groups_take_turns() {
    let fixture = Fixture::new().await;
    let writes = (1..=300).map(|id| {
        let db = fixture.db.clone();
        tokio::spawn(async move {
            if id % 10 > 0 {
                return db.execute(item(id, &id.to_string())).await;
            }
            db.transaction(async |connection| -> Result<usize> {
                let written = Connection::execute(connection, item(id, &id.to_string())).await?;
                tokio::task::yield_now().await;
                Ok(written)
            })
            .await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        assert_eq!(write.await.unwrap().unwrap(), 1);
    }
    assert_eq!(fixture.numbers("SELECT count(*) FROM items").await, [300]);
    assert_eq!(fixture.db.status().waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_database_dismisses_those_in_line() {
    let fixture = Fixture::new().await;
    let writer = fixture.occupy().await;
    let db = fixture.db.clone();
    let waits = tokio::spawn(async move { db.execute(item(1, "a")).await });
    fixture.until_waiting(1).await;
    fixture.db.close();
    assert_eq!(waits.await.unwrap().unwrap_err().code(), Code::Unavailable);
    drop(writer);
}

#[test]
fn a_runtime_that_stops_leaves_the_line_to_the_next() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let (first, second) = (runtime(), runtime());
    let fixture = second.block_on(Fixture::new());
    let writer = second.block_on(fixture.occupy());
    let db = fixture.db.clone();
    first.spawn(async move { db.execute(item(1, "a")).await });
    second.block_on(fixture.until_waiting(1));
    first.shutdown_timeout(Duration::from_secs(5));
    drop(writer);
    second.block_on(fixture.db.execute(item(2, "b"))).unwrap();
    assert_eq!(second.block_on(fixture.items()), [2]);
}
