//! How many queries something costs.

use std::fmt::{Debug, Write as _};
use std::ops::RangeToInclusive;

use crate::db::{Statement, record};

/// Runs `work`, and tells how many queries it sent to databases: statements, and what begins and ends transactions.
///
/// Only its own count, whatever other tests do at the same time, and on whichever thread a query then runs. What
/// `work` spawns as tasks of their own is not counted.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # use skeleton_runtime::test_util::{TestApp, count_queries};
/// # async fn example(app: &TestApp) {
/// let token = app.token("ann@example.com", Role::Viewer).await;
/// let (_, plain) = count_queries(app.get("/articles").bearer(&token).send()).await;
/// let (_, included) = count_queries(app.get("/articles?include=author").bearer(&token).send()).await;
/// assert_eq!(included, plain + 1);
/// # }
/// ```
pub async fn count_queries<T>(work: impl Future<Output = T>) -> (T, usize) {
    let (output, sent) = record(work).await;
    (output, sent.len())
}

/// How many queries are right: a number, or `..=most`.
#[doc(hidden)]
pub trait QueryCount: Debug {
    /// Whether so many are.
    fn is_met_by(&self, sent: usize) -> bool;
}

impl QueryCount for usize {
    fn is_met_by(&self, sent: usize) -> bool {
        *self == sent
    }
}

impl QueryCount for RangeToInclusive<usize> {
    fn is_met_by(&self, sent: usize) -> bool {
        self.contains(&sent)
    }
}

/// Holds the statements that were sent against the number of them; what [`assert_queries!`](crate::assert_queries) calls.
///
/// # Panics
///
/// When there are more or fewer. The message lists their texts, which hold no values.
#[doc(hidden)]
#[track_caller]
pub fn check_queries(expected: &impl QueryCount, sent: &[Statement]) {
    if expected.is_met_by(sent.len()) {
        return;
    }
    let mut list = String::new();
    for (place, statement) in sent.iter().enumerate() {
        let _ = write!(list, "\n  {}. {}", place + 1, statement.sql);
    }
    panic!(
        "{expected:?} queries were expected, {} were sent:{list}",
        sent.len()
    );
}

/// Runs a future, and fails with a list of the statements unless it sends so many queries: `n`, or `..=n`. Gives what
/// the future gives.
///
/// As in [`count_queries`](crate::test_util::count_queries), what begins and ends transactions counts too. That an account
/// of the test is made and logged in does not.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// # use skeleton_runtime::{assert_queries, test_util::TestApp};
/// # async fn example(app: &TestApp) {
/// let viewer = app.as_role(Role::Viewer);
/// assert_queries!(1, viewer.get("/articles").send()).expect(200);
/// assert_queries!(..=3, async {
///     viewer.get("/articles?include=author").send().await.expect(200);
///     viewer.get("/categories").send().await.expect(200);
/// });
/// # }
/// ```
#[macro_export]
macro_rules! assert_queries {
    ($count:expr, $work:expr $(,)?) => {{
        let (output, sent) = $crate::test_util::statements($work).await;
        $crate::test_util::check_queries(&$count, &sent);
        output
    }};
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;
    use crate::config::DatabaseConfig;
    use crate::db::{Db, Statement};

    async fn ask(db: &Db, times: usize) {
        for _ in 0..times {
            let rows = db.fetch(Statement::new("SELECT 1"), |_| Ok(())).await;
            assert_eq!(rows.expect("the database answers").len(), 1);
        }
    }

    #[tokio::test]
    async fn each_counts_its_own() {
        let config = DatabaseConfig::new("sqlite::memory:");
        let db = Db::open(&config).expect("the URL is well-formed");
        let (three, one, ()) = tokio::join!(
            count_queries(ask(&db, 3)),
            count_queries(ask(&db, 1)),
            ask(&db, 5),
        );
        assert_eq!((three.1, one.1), (3, 1));
    }

    #[tokio::test]
    async fn what_was_sent_is_listed() {
        let config = DatabaseConfig::new("sqlite::memory:");
        let db = Db::open(&config).expect("the URL is well-formed");
        crate::assert_queries!(2, ask(&db, 2));
        crate::assert_queries!(..=2, async { ask(&db, 1).await });
        let wrong = tokio::spawn(async move { crate::assert_queries!(1, ask(&db, 2)) });
        let panic = wrong.await.unwrap_err().into_panic();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(
            message,
            "1 queries were expected, 2 were sent:\n  1. SELECT 1\n  2. SELECT 1"
        );
    }
}
