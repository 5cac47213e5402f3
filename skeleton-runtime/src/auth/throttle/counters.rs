//! Where attempts are counted: the database, so that any number of instances count together.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::auth::sql;
use crate::db::{Db, Row, Statement, Value};
use crate::error::{Error, Result};

/// What is counted: a digest of who does what.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CounterKey(pub [u8; 16]);

impl fmt::Debug for CounterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CounterKey")
    }
}

/// How much was counted, and until when that counts.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Since the counter began; 0 for one that has not, or is over.
    pub count: i64,
    /// When it begins anew.
    pub ends_at: DateTime<Utc>,
}

/// Counters that all instances of a service share.
///
/// # Errors
///
/// Of every operation: 503 `unavailable` when the store can't be asked.
#[doc(hidden)]
pub trait Counters: Send + Sync {
    /// What was counted, for each key in its order.
    fn read<'a>(
        &'a self,
        keys: &'a [CounterKey],
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vec<Count>>>;

    /// Adds one, and gives the sum: of any number at one instant each gets another. A counter begins with the first
    /// that is added, and ends after `window`.
    fn add(
        &self,
        key: CounterKey,
        now: DateTime<Utc>,
        window: Duration,
    ) -> BoxFuture<'_, Result<Count>>;

    /// Begins a counter anew.
    fn reset(&self, key: CounterKey) -> BoxFuture<'_, Result<()>>;

    /// Removes those that are over; how many.
    fn clear(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<usize>>;
}

const READ_ONE: &str =
    "SELECT key, count, ends_at FROM auth_counters WHERE ends_at > $1 AND key = $2";

const READ_TWO: &str =
    "SELECT key, count, ends_at FROM auth_counters WHERE ends_at > $1 AND (key = $2 OR key = $3)";

const ADD: &str = "INSERT INTO auth_counters (key, count, ends_at) VALUES ($1, 1, $2) \
    ON CONFLICT (key) DO UPDATE SET \
    count = CASE WHEN auth_counters.ends_at > $3 THEN auth_counters.count + 1 ELSE 1 END, \
    ends_at = CASE WHEN auth_counters.ends_at > $4 THEN auth_counters.ends_at ELSE excluded.ends_at END \
    RETURNING key, count, ends_at";

const RESET: &str = "DELETE FROM auth_counters WHERE key = $1";

const CLEAR: &str = "DELETE FROM auth_counters WHERE key IN \
    (SELECT key FROM auth_counters WHERE ends_at <= $1 LIMIT 500)";

/// Counters in the service's own database.
pub(super) struct DatabaseCounters {
    db: Db,
}

impl DatabaseCounters {
    pub(super) fn new(db: Db) -> Self {
        Self { db }
    }

    async fn fetch(&self, keys: &[CounterKey], now: DateTime<Utc>) -> Result<Vec<Count>> {
        let mut counts = Vec::with_capacity(keys.len());
        for pair in keys.chunks(2) {
            let sql = if pair.len() == 1 { READ_ONE } else { READ_TWO };
            let mut statement = Statement::new(sql).bind(time(now));
            for key in pair {
                statement = statement.bind(bytes(*key));
            }
            let found = self.db.fetch(statement, counter).await?;
            counts.extend(pair.iter().map(|key| {
                let own = found.iter().find(|(known, _)| known == key);
                own.map_or(
                    Count {
                        count: 0,
                        ends_at: now,
                    },
                    |(_, count)| *count,
                )
            }));
        }
        Ok(counts)
    }
}

impl Counters for DatabaseCounters {
    fn read<'a>(
        &'a self,
        keys: &'a [CounterKey],
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vec<Count>>> {
        self.fetch(keys, now).boxed()
    }

    fn add(
        &self,
        key: CounterKey,
        now: DateTime<Utc>,
        window: Duration,
    ) -> BoxFuture<'_, Result<Count>> {
        async move {
            let binds = vec![bytes(key), time(now + window), time(now), time(now)];
            let mut connection = self.db.write_once().await?;
            let mut rows = connection
                .fetch(Statement::with_binds(ADD, binds), counter)
                .await?;
            let row = rows.pop();
            row.map(|(_, count)| count)
                .ok_or_else(|| Error::internal("a counter was not told"))
        }
        .boxed()
    }

    fn reset(&self, key: CounterKey) -> BoxFuture<'_, Result<()>> {
        async move {
            let statement = Statement::new(RESET).bind(bytes(key));
            self.db.execute(statement).await.map(drop)
        }
        .boxed()
    }

    fn clear(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<usize>> {
        async move {
            let statement = Statement::new(CLEAR).bind(time(now));
            self.db.execute_until_none(statement).await
        }
        .boxed()
    }
}

fn counter(row: &Row<'_>) -> diesel::deserialize::Result<(CounterKey, Count)> {
    let key = CounterKey(sql::bytes(row, 0)?.try_into().unwrap_or_default());
    let count = Count {
        count: sql::integer(row, 1)?,
        ends_at: sql::time(row, 2)?,
    };
    Ok((key, count))
}

fn bytes(key: CounterKey) -> Value {
    Value::Bytes(key.0.to_vec())
}

fn time(time: DateTime<Utc>) -> Value {
    Value::Timestamp(time.trunc_subsecs(6))
}
