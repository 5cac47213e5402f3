//! The rows that are there before anything is measured.

use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::text;

const ROWS: u32 = 100_000;
/// Of one row in so many the id is told.
const TOLD: u32 = 100;
const STATUSES: [&str; 3] = ["draft", "published", "archived"];

/// Articles of the first account, a minute apart.
pub(crate) fn fill(path: &str) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    let author = "SELECT id FROM users LIMIT 1";
    let author: Vec<u8> = connection.query_row(author, [], |row| row.get(0))?;
    let first: DateTime<Utc> = DateTime::UNIX_EPOCH + Duration::days(20_000);
    let body = "Lorem ipsum dolor sit amet, consectetur. ".repeat(8);
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare(
        "INSERT INTO articles (id, title, body, status, views, author_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )?;
    for number in 0..ROWS {
        let (id, time) = (scattered(number), text(first + Duration::minutes(number.into())));
        let (title, status) = (format!("Article number {number}"), STATUSES[number as usize % 3]);
        insert.execute(params![id.as_bytes(), title, body, status, number % 1000, author, time])?;
        if number % TOLD == 0 {
            println!("{id}");
        }
    }
    drop(insert);
    transaction.commit()?;
    connection.execute_batch("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")
}

/// An id that tells nothing of its neighbours (Steele, Lea and Flood: SplitMix64).
fn scattered(number: u32) -> Uuid {
    let half = |salt: u64| {
        let mut mixed = (u64::from(number) + salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    Uuid::from_u64_pair(half(1), half(1 << 40))
}
