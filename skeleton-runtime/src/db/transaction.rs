//! Transactions, in the hands of Diesel's own managers of either database.

use diesel::QueryResult;
use diesel::connection::TransactionManagerStatus;
use diesel_async::TransactionManager;

use super::connection::{Connection, Lease};
use super::instrument::Call;

/// Begins and ends transactions; within one, savepoints.
#[derive(Debug)]
pub struct AnyTransactionManager;

macro_rules! delegate {
    ($connection:expr, $method:ident, $name:literal) => {{
        let call = Call::named(&$connection.watch, $connection.backend(), $name);
        match &mut $connection.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => call.run_uncounted(lease.$method()).await,
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => call.run_uncounted(lease.$method()).await,
        }
    }};
}

impl TransactionManager<Connection> for AnyTransactionManager {
    type TransactionStateData = Connection;

    async fn begin_transaction(connection: &mut Connection) -> QueryResult<()> {
        delegate!(connection, begin, "BEGIN")
    }

    async fn rollback_transaction(connection: &mut Connection) -> QueryResult<()> {
        delegate!(connection, rollback, "ROLLBACK")
    }

    async fn commit_transaction(connection: &mut Connection) -> QueryResult<()> {
        delegate!(connection, commit, "COMMIT")
    }

    fn transaction_manager_status_mut(
        connection: &mut Connection,
    ) -> &mut TransactionManagerStatus {
        match &mut connection.lease {
            #[cfg(feature = "postgres")]
            Lease::Postgres(lease) => lease.status(),
            #[cfg(feature = "sqlite")]
            Lease::Sqlite(lease) => lease.status(),
        }
    }
}
