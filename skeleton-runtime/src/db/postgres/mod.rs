//! PostgreSQL: how connections are opened, pooled and used.

mod bind;
mod lease;
mod numeric;
mod reach;
pub(super) mod read;
mod readers;
mod tls;
mod url;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use diesel::connection::CacheSize;
use diesel::pg::Pg;
use diesel::row::Row as DieselRow;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, AsyncPgConnection,
    SimpleAsyncConnection, TransactionManager,
};
use futures_util::future::BoxFuture;
use tokio::task::AbortHandle;
use tokio_postgres::types::{FromSql, Type};
use tokio_postgres::{CancelToken, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::prepared::Shapes;
use super::statement::Statement;

pub(super) use lease::PgLease;
pub(super) use readers::{Flight, PgReaders};
pub(super) use url::PgOptions;

pub(super) type PgRow = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;
pub(super) type PgField<'a> = <PgRow as DieselRow<'a, Pg>>::Field<'a>;
pub(super) type PgPool = Pool<PgManager>;

/// How long a connection may take to show that it lives.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the request to cancel a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens and checks the connections of a pool.
#[derive(Clone)]
pub(super) struct PgManager {
    config: Config,
    tls: MakeRustlsConnect,
    statement_timeout: Duration,
}

/// A connection with what is kept beside it.
pub(super) struct PgHandle {
    connection: AsyncPgConnection,
    shapes: Shapes,
    link: Link,
    /// Set when its session is not fit for others: it is closed instead of pooled.
    private: bool,
    /// Set when others had Diesel's connection in their hands, and may have left an answer unread.
    ping: bool,
}

/// The task that drives the socket, seen from the connection.
struct Link {
    ended: Arc<AtomicBool>,
    task: AbortHandle,
}

impl PgManager {
    pub(super) fn new(options: PgOptions, statement_timeout: Duration) -> Self {
        Self {
            config: options.config,
            tls: options.tls,
            statement_timeout,
        }
    }

    /// A connection that gives up on statements in time.
    async fn connect(&self) -> ConnectionResult<(Client, Link)> {
        let connected = self.config.connect(self.tls.clone()).await;
        let (client, socket) =
            connected.map_err(|error| ConnectionError::BadConnection(chain(&error)))?;
        let link = Link::drive(socket);
        let timeout = self.statement_timeout.as_millis().min(i32::MAX as u128);
        // What a server only mentions, as that a table is there already, is no line of the log.
        let set_up =
            format!("SET statement_timeout = {timeout}; SET client_min_messages = warning");
        let done = client.batch_execute(&set_up).await;
        done.map_err(|error| ConnectionError::BadConnection(chain(&error)))?;
        Ok((client, link))
    }

    async fn open(&self) -> ConnectionResult<PgHandle> {
        let (client, link) = self.connect().await?;
        Ok(PgHandle {
            connection: AsyncPgConnection::try_from(client).await?,
            shapes: Shapes::default(),
            link,
            private: false,
            ping: false,
        })
    }
}

/// `tokio-postgres` shows only the outermost cause.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl Manager for PgManager {
    /// Boxed, for it moves a lot.
    type Type = Box<PgHandle>;
    type Error = ConnectionError;

    async fn create(&self) -> Result<Box<PgHandle>, ConnectionError> {
        let opening: BoxFuture<'_, _> = Box::pin(self.open());
        opening.await.map(Box::new)
    }

    /// Asks nothing of the server, mostly: a ping would cost a round trip each time.
    async fn recycle(
        &self,
        handle: &mut Box<PgHandle>,
        _: &Metrics,
    ) -> RecycleResult<ConnectionError> {
        if handle.is_closed() {
            return Err(RecycleError::message("the server closed the connection"));
        }
        if handle.is_unfit() {
            return Err(RecycleError::message("a transaction was left open"));
        }
        if std::mem::take(&mut handle.ping) {
            // Apart, so that what is awaited most stays small.
            Box::pin(handle.ping()).await?;
        }
        Ok(())
    }
}

impl PgHandle {
    fn is_closed(&self) -> bool {
        self.link.has_ended()
    }

    /// Asks the server for nothing, which it answers as soon as it is done with all before.
    async fn ping(&mut self) -> ConnectionResult<()> {
        let answer = tokio::time::timeout(PING_TIMEOUT, self.connection.batch_execute(""));
        match answer.await {
            Ok(answer) => answer.map_err(ConnectionError::CouldntSetupConfiguration),
            Err(late) => Err(ConnectionError::BadConnection(late.to_string())),
        }
    }

    /// Whether others cannot use it: a transaction is open, or may be.
    fn is_unfit(&mut self) -> bool {
        self.private || AnsiTransactionManager::is_broken_transaction_manager(&mut self.connection)
    }

    fn note(&mut self, statement: &Statement) {
        if self.shapes.note(statement) {
            self.connection
                .set_prepared_statement_cache_size(CacheSize::Disabled);
            self.connection
                .set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
    }
}

/// Asks the server to stop what runs on a connection that nobody reads from any more: by itself it would notice at the
/// end.
fn cancel(token: CancelToken, tls: MakeRustlsConnect) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    runtime.spawn(async move {
        if let Ok(Err(error)) = tokio::time::timeout(CANCEL_TIMEOUT, token.cancel_query(tls)).await
        {
            tracing::debug!(
                error = chain(&error),
                "an abandoned statement could not be cancelled"
            );
        }
    });
}

impl Link {
    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    fn drive<S, T>(socket: tokio_postgres::Connection<S, T>) -> Self
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let task = tokio::spawn(async move {
            if let Err(error) = socket.await {
                tracing::warn!(error = chain(&error), "a connection to PostgreSQL ended");
            }
            seen.store(true, Ordering::Release);
        });
        Self {
            ended,
            task: task.abort_handle(),
        }
    }
}

/// The bytes of a column; `None` is NULL.
pub(super) fn raw(
    row: &tokio_postgres::Row,
    index: usize,
) -> Result<Option<&[u8]>, tokio_postgres::Error> {
    row.try_get(index).map(|Bytes(bytes)| bytes)
}

/// A value of any type, as the server sent it.
struct Bytes<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
