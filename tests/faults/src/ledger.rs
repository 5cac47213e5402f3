//! What is in the database, seen past the service.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use skeleton_runtime::config::DatabaseConfig;
use skeleton_runtime::db::{Connection, Db, Statement};

use crate::Tally;

/// Notes without their entry, and entries without their note.
const HALVES: &str = "SELECT (SELECT count(*) FROM notes WHERE id NOT IN (SELECT note_id FROM entries)) \
                      + (SELECT count(*) FROM entries WHERE note_id NOT IN (SELECT id FROM notes))";

/// The database behind a service.
#[derive(Debug)]
pub struct Ledger(Db);

impl Ledger {
    /// Opens the database of a URL.
    pub fn open(url: &str) -> Self {
        let mut config = DatabaseConfig::new(url);
        config.pool_size = 1;
        Self(Db::open(&config).unwrap())
    }

    /// Asserts that every acknowledged write is there, and none by half; how many are there.
    pub async fn check(&self, tallies: &[&Tally]) -> usize {
        let titles = self.texts("SELECT title FROM notes").await;
        let titles: HashSet<_> = titles.into_iter().collect();
        for tally in tallies {
            for label in tally.acknowledged().filter(|label| *label != READ) {
                assert!(
                    titles.contains(label),
                    "`{label}` was acknowledged, and is lost"
                );
            }
        }
        assert_eq!(self.number(HALVES).await, 0, "rows by half");
        titles.len()
    }

    /// Holds the lock of whoever writes.
    pub async fn hold(&self, time: Duration) {
        let held = self.0.transaction(async |connection| {
            let nothing = Statement::new("DELETE FROM entries WHERE id < 0");
            Connection::execute(connection, nothing).await?;
            tokio::time::sleep(time).await;
            Ok::<_, skeleton_runtime::Error>(())
        });
        held.await.unwrap();
    }

    /// Copies the file of SQLite, as whoever makes a backup does.
    pub async fn copy(&self, to: &Path) {
        let sql = format!("VACUUM INTO '{}'", to.display());
        self.0.execute(Statement::new(sql)).await.unwrap();
    }

    /// The numbers of a query's first column.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let rows = self.0.fetch(Statement::new(sql), |row| {
            row.raw(0)?.ok_or("NULL")?.as_i64()
        });
        rows.await.unwrap()[0]
    }

    /// The texts of a query's first column.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        let rows = self.0.fetch(Statement::new(sql), |row| {
            row.raw(0)?.ok_or("NULL")?.as_str().map(str::to_owned)
        });
        rows.await.unwrap()
    }
}

/// The label of requests that write nothing.
pub const READ: &str = "read";
