//! How many queries something costs.

use crate::db::record;

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
}
