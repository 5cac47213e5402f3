//! A PostgreSQL connection on loan from its pool.

use std::num::NonZeroU32;

use deadpool::managed::Object;
use diesel::QueryResult;
use diesel::connection::{TransactionDepthChange, TransactionManagerStatus};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use diesel::row::Row as DieselRow;
use diesel_async::{
    AnsiTransactionManager, AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection,
    TransactionManager,
};
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};

use super::{PgHandle, PgManager};
use crate::db::prepared::Prepared;
use crate::db::row::{Fields, Loaded, LoadedRow};
use crate::db::sink::Sink;
use crate::db::statement::Statement;

type Information = Box<dyn DatabaseErrorInformation + Send + Sync>;

/// A connection on loan.
pub(in crate::db) struct PgLease {
    object: Option<Object<PgManager>>,
    /// Set while an operation runs: when it is still set at the end, the operation was abandoned, and its answer is
    /// yet to come.
    busy: bool,
    /// What the first statement said that failed in the open transaction.
    failed: Option<String>,
    /// What a connection that is gone has for the state of its transaction.
    gone: TransactionManagerStatus,
}

impl PgLease {
    pub(in crate::db) fn new(object: Object<PgManager>) -> Self {
        Self {
            object: Some(object),
            busy: false,
            failed: None,
            gone: TransactionManagerStatus::InError,
        }
    }

    fn start(&mut self) -> QueryResult<&mut PgHandle> {
        if self.busy {
            return Err(lost("an operation on it was abandoned before"));
        }
        let Some(object) = &mut self.object else {
            return Err(lost("the server closed it"));
        };
        self.busy = true;
        Ok(object)
    }

    /// Ends an operation, and finds out whether the connection ended with it.
    async fn finish<T>(&mut self, result: QueryResult<T>) -> QueryResult<T> {
        let result = match result {
            Err(Error::DatabaseError(kind, information)) if self.is_lost(kind).await => {
                if let Some(object) = self.object.take() {
                    drop(Object::take(object));
                }
                Err(lost(information.message()))
            }
            Err(Error::DatabaseError(kind, information)) => Err(self.told(kind, information)),
            other => other,
        };
        self.busy = false;
        result
    }

    /// An error in the words of whoever has to find its cause. PostgreSQL refuses all that comes after an error in a
    /// transaction, and says no more than that.
    fn told(&mut self, kind: DatabaseErrorKind, information: Information) -> Error {
        let is_open = matches!(self.status().transaction_depth(), Ok(Some(_)));
        let message = information.message();
        match (kind, &self.failed) {
            // Diesel has no kind of its own for it. A server that speaks another language makes it a 500.
            (DatabaseErrorKind::Unknown, _) if message == "deadlock detected" => {
                Error::DatabaseError(DatabaseErrorKind::SerializationFailure, information)
            }
            (DatabaseErrorKind::Unknown, Some(first)) if is_open => {
                let message = format!(
                    "{message} (it was aborted by an error that went no further: {first}; work that may fail needs a \
                     transaction within the transaction)"
                );
                Error::DatabaseError(kind, Box::new(message))
            }
            _ => {
                self.failed = is_open.then(|| message.to_owned());
                Error::DatabaseError(kind, information)
            }
        }
    }

    /// A server that goes down says so in an error like any other, and closes the connection next. So after an error
    /// of unknown kind the connection has to show that it lives.
    async fn is_lost(&mut self, kind: DatabaseErrorKind) -> bool {
        let Some(object) = &mut self.object else {
            return true;
        };
        match kind {
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => true,
            // Apart, so that what is awaited most stays small.
            DatabaseErrorKind::Unknown => {
                object.is_closed() || Box::pin(object.ping()).await.is_err()
            }
            _ => false,
        }
    }

    /// How many rows went into `sink`.
    pub(in crate::db) async fn fetch(
        &mut self,
        statement: &Statement,
        sink: &Sink,
    ) -> QueryResult<usize> {
        let handle = self.start()?;
        handle.note(statement);
        let result = fetch(&mut handle.connection, statement, sink).await;
        self.finish(result).await
    }

    pub(in crate::db) async fn load(
        &mut self,
        statement: &Statement,
    ) -> QueryResult<BoxStream<'static, QueryResult<LoadedRow>>> {
        let handle = self.start()?;
        handle.note(statement);
        let result =
            AsyncConnectionCore::load(&mut handle.connection, Prepared { statement }).await;
        let rows = self.finish(result).await?;
        Ok(rows.map_ok(|row| LoadedRow(Loaded::Postgres(row))).boxed())
    }

    pub(in crate::db) async fn execute(&mut self, statement: &Statement) -> QueryResult<usize> {
        let handle = self.start()?;
        handle.note(statement);
        let prepared = Prepared { statement };
        let result =
            AsyncConnectionCore::execute_returning_count(&mut handle.connection, prepared).await;
        self.finish(result).await
    }

    pub(in crate::db) async fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let result = self.start()?.connection.batch_execute(sql).await;
        self.finish(result).await
    }

    pub(in crate::db) async fn begin(&mut self) -> QueryResult<()> {
        self.failed = None;
        let result = AnsiTransactionManager::begin_transaction(&mut self.start()?.connection).await;
        self.finish(result).await
    }

    pub(in crate::db) async fn commit(&mut self) -> QueryResult<()> {
        let is_outermost = self.status().transaction_depth()?.map(NonZeroU32::get) == Some(1);
        let connection = &mut self.start()?.connection;
        let result = if is_outermost {
            commit_outermost(connection).await
        } else {
            AnsiTransactionManager::commit_transaction(connection).await
        };
        let result = self.finish(result).await;
        if result.is_err() && is_outermost {
            // What matters is the first error. A connection that could not roll back is closed in the end.
            let _ = self.rollback().await;
        }
        result
    }

    pub(in crate::db) async fn rollback(&mut self) -> QueryResult<()> {
        self.failed = None;
        let result =
            AnsiTransactionManager::rollback_transaction(&mut self.start()?.connection).await;
        self.finish(result).await
    }

    /// Has the connection closed in the end, instead of pooled.
    pub(in crate::db) fn keep_private(&mut self) {
        if let Some(object) = &mut self.object {
            object.private = true;
        }
    }

    /// The state of its transaction, as Diesel knows it.
    pub(in crate::db) fn status(&mut self) -> &mut TransactionManagerStatus {
        match &mut self.object {
            Some(object) => {
                AnsiTransactionManager::transaction_manager_status_mut(&mut object.connection)
            }
            None => &mut self.gone,
        }
    }

    /// Diesel's own connection, unless it is gone.
    pub(in crate::db) fn connection(&mut self) -> Option<&mut AsyncPgConnection> {
        let object = self.object.as_mut()?;
        object.ping = true;
        Some(&mut object.connection)
    }
}

async fn fetch(
    connection: &mut AsyncPgConnection,
    statement: &Statement,
    sink: &Sink,
) -> QueryResult<usize> {
    let mut rows = AsyncConnectionCore::load(connection, Prepared { statement }).await?;
    sink.start();
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        let fields = (0..row.field_count())
            .filter_map(|index| row.get(index))
            .collect();
        sink.take(Fields::Postgres(fields))?;
        count += 1;
    }
    Ok(count)
}

/// Commits, unless an error aborted the transaction: for such a one, COMMIT is a ROLLBACK that reports success.
async fn commit_outermost(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    connection.batch_execute("SELECT 1; COMMIT").await?;
    AnsiTransactionManager::transaction_manager_status_mut(connection)
        .transaction_state()?
        .change_transaction_depth(TransactionDepthChange::DecreaseDepth)
}

fn lost(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::ClosedConnection,
        Box::new(format!("the connection is gone: {why}")),
    )
}

impl Drop for PgLease {
    /// A connection with a statement still running would make its next user wait, and one with an open transaction
    /// holds locks: both are closed instead of pooled.
    fn drop(&mut self) {
        let Some(mut object) = self.object.take() else {
            return;
        };
        if self.busy {
            abandon(object);
        } else if object.is_unfit() {
            drop(Object::take(object));
        }
    }
}

/// Closes a connection, and asks the server to stop what runs on it.
fn abandon(object: Object<PgManager>) {
    let tls = Object::pool(&object).map(|pool| pool.manager().tls.clone());
    let handle = Object::take(object);
    let token = handle.connection.cancel_token();
    handle.link.task.abort();
    drop(handle);
    if let Some(tls) = tls {
        super::cancel(token, tls);
    }
}
