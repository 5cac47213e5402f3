//! One of the connections that reads share.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata};
use diesel::query_builder::QueryFragment as _;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{ConnectionResult, QueryResult};
use futures_util::TryStreamExt as _;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Error as PgError};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::{Link, PgManager, cancel};
use crate::db::pace::Pace;
use crate::db::prepared::{KEPT_PER_CONNECTION, Prepared};
use crate::db::row::Fields;
use crate::db::sink::Sink;
use crate::db::statement::Statement;

/// How many reads may be on the way on one connection. Those beyond go to the pool, and wait there as long as anybody.
const MOST_IN_FLIGHT: usize = 32;
/// The same for those that are not by key: as many may wait for one that turns out to be slow.
const MOST_QUICK: usize = 8;
/// For how long an answer may be waited for until nobody else gets in line for the next.
const STUCK: Duration = Duration::from_millis(20);

/// A connection with what it has prepared.
pub(super) struct Reader {
    client: Client,
    link: Link,
    tls: MakeRustlsConnect,
    statements: Mutex<HashMap<String, Arc<Known>>>,
    in_flight: AtomicUsize,
    began: Instant,
    /// When the last answer came, or the only question was asked: in microseconds since it began.
    progress: AtomicU64,
    /// Set while a read runs on it that no other may stand behind.
    is_taken: AtomicBool,
    /// Set when it takes no more.
    is_retired: AtomicBool,
}

/// A prepared statement.
struct Known {
    statement: tokio_postgres::Statement,
    binds: Box<[Type]>,
    columns: Box<[NonZeroU32]>,
}

/// Why there are no rows.
enum NotRead {
    /// They are to be asked for on another connection, which has them or knows what is wrong.
    Elsewhere,
    /// It would be the same there.
    Failed(DieselError),
}

impl Reader {
    pub(super) async fn open(manager: &PgManager) -> ConnectionResult<Self> {
        let (client, link) = manager.connect().await?;
        Ok(Self {
            client,
            link,
            tls: manager.tls.clone(),
            statements: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            began: Instant::now(),
            progress: AtomicU64::new(0),
            is_taken: AtomicBool::new(false),
            is_retired: AtomicBool::new(false),
        })
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.is_retired.load(Ordering::Acquire) && !self.link.has_ended()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(super) fn is_taken(&self) -> bool {
        self.is_taken.load(Ordering::Acquire)
    }

    /// Whether the answer that comes next has been waited for for long.
    pub(super) fn is_stuck(&self) -> bool {
        self.in_flight() > 0 && self.now().saturating_sub(self.progress()) > STUCK
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn progress(&self) -> Duration {
        Duration::from_micros(self.progress.load(Ordering::Relaxed))
    }

    fn progresses(&self, now: Duration) {
        let micros = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        self.progress.store(micros, Ordering::Relaxed);
    }

    /// Counts one more on the way; how many there were before.
    fn take_on(&self) -> usize {
        let before = self.in_flight.fetch_add(1, Ordering::AcqRel);
        if before == 0 {
            self.progresses(self.now());
        }
        before
    }

    async fn fetch(&self, statement: &Statement, sink: &Sink) -> Result<usize, NotRead> {
        let (types, binds) = binds(statement).map_err(NotRead::Failed)?;
        let known = self.known(statement, types).await?;
        let rows = self.client.query_raw(&known.statement, binds).await;
        let rows = rows.map_err(|error| self.not_read(&error))?;
        let mut rows = std::pin::pin!(rows);
        sink.start();
        let mut count = 0;
        while let Some(row) = rows
            .try_next()
            .await
            .map_err(|error| self.not_read(&error))?
        {
            let taken = sink.take(Fields::Shared(&row, &known.columns));
            taken.map_err(NotRead::Failed)?;
            count += 1;
        }
        Ok(count)
    }

    /// The statement as this connection has it prepared.
    async fn known(&self, statement: &Statement, types: Vec<Type>) -> Result<Arc<Known>, NotRead> {
        let known = self.statements().get(&*statement.sql).cloned();
        if let Some(known) = known {
            // The same text with values of other types is a rare thing, and no reason to keep both.
            let is_same = *known.binds == *types;
            return is_same.then_some(known).ok_or(NotRead::Elsewhere);
        }
        // Apart, so that what is awaited most stays small.
        let prepared = Box::pin(self.client.prepare_typed(&statement.sql, &types)).await;
        let prepared = prepared.map_err(|error| self.not_read(&error))?;
        let columns = prepared.columns().iter();
        let known = Arc::new(Known {
            columns: columns
                .map(|column| NonZeroU32::new(column.type_().oid()).unwrap_or(NonZeroU32::MIN))
                .collect(),
            binds: types.into(),
            statement: prepared,
        });
        if statement.is_kept() {
            let mut statements = self.statements();
            if statements.len() >= KEPT_PER_CONNECTION {
                statements.clear();
            }
            statements.insert(statement.sql.clone().into_owned(), Arc::clone(&known));
        }
        Ok(known)
    }

    fn statements(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Known>>> {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A read is as good twice as once, so whatever went wrong is asked again where every error has its words; but not
    /// what has taken all its time already.
    fn not_read(&self, error: &PgError) -> NotRead {
        let is_late = error.code() == Some(&SqlState::QUERY_CANCELED);
        if is_late && !self.is_retired.load(Ordering::Acquire) {
            let message = error.as_db_error().map_or("", |error| error.message());
            let late = DieselError::DatabaseError(
                DatabaseErrorKind::Unknown,
                Box::new(message.to_owned()),
            );
            return NotRead::Failed(late);
        }
        if error.is_closed() {
            self.is_retired.store(true, Ordering::Release);
        }
        NotRead::Elsewhere
    }
}

/// How a read stands to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A row by its key.
    Key,
    /// A statement that has been quick so far.
    Quick,
    /// Nobody may stand behind it.
    Alone,
}

/// A read on its way.
pub(in crate::db) struct Flight {
    reader: Arc<Reader>,
    pace: Option<Arc<Pace>>,
    boarded: Duration,
    is_alone: bool,
    has_landed: bool,
}

impl Flight {
    /// A place for a read, if there is one.
    pub(super) fn board(reader: Arc<Reader>, class: Class) -> Option<Self> {
        let is_alone = class == Class::Alone;
        if is_alone && reader.is_taken.swap(true, Ordering::AcqRel) {
            return None;
        }
        let before = reader.take_on();
        let has_room = match class {
            Class::Alone => before == 0,
            Class::Quick => before < MOST_QUICK && !reader.is_taken(),
            Class::Key => before < MOST_IN_FLIGHT && !reader.is_taken(),
        };
        let flight = Self {
            boarded: reader.now(),
            reader,
            pace: None,
            is_alone,
            has_landed: !has_room,
        };
        has_room.then_some(flight)
    }

    /// Has it told how long it took.
    pub(super) fn paced_by(mut self, pace: Option<Arc<Pace>>) -> Self {
        self.pace = pace;
        self
    }

    /// Runs the read; how many rows it gave. `None` where it is to be asked on another connection, which has them or
    /// knows what is wrong.
    pub(in crate::db) async fn fetch(
        mut self,
        statement: &Statement,
        sink: &Sink,
    ) -> QueryResult<Option<usize>> {
        let rows = self.reader.fetch(statement, sink).await;
        self.has_landed = true;
        self.answered();
        match rows {
            Ok(rows) => Ok(Some(rows)),
            Err(NotRead::Elsewhere) => Ok(None),
            Err(NotRead::Failed(error)) => Err(error),
        }
    }

    /// Answers come in the order of the questions, so it began when the one before it was answered.
    fn answered(&self) {
        let now = self.reader.now();
        if let Some(pace) = &self.pace {
            let began = self.reader.progress().max(self.boarded);
            pace.took(now.saturating_sub(began));
        }
        self.reader.progresses(now);
    }
}

impl Drop for Flight {
    /// A read that is given up leaves its statement running, and others behind it.
    fn drop(&mut self) {
        if !self.has_landed && !self.reader.is_retired.swap(true, Ordering::AcqRel) {
            cancel(self.reader.client.cancel_token(), self.reader.tls.clone());
        }
        if self.is_alone {
            self.reader.is_taken.store(false, Ordering::Release);
        }
        self.reader.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A value in PostgreSQL's own form.
#[derive(Debug)]
struct Bind(Option<Vec<u8>>);

impl ToSql for Bind {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let Some(bytes) = &self.0 else {
            return Ok(IsNull::Yes);
        };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The values of a statement as Diesel writes them, and their types.
fn binds(statement: &Statement) -> QueryResult<(Vec<Type>, Vec<Bind>)> {
    let mut collector = RawBytesBindCollector::<Pg>::new();
    let types: &mut dyn PgMetadataLookup = &mut BuiltIn;
    Prepared { statement }.collect_binds(&mut collector, types, &Pg)?;
    let types = collector.metadata.iter().map(|metadata| {
        let oid = metadata
            .oid()
            .map_err(|error| DieselError::SerializationError(Box::new(error)))?;
        let unknown = || {
            DieselError::SerializationError(format!("no built-in type has the oid {oid}").into())
        };
        Type::from_oid(oid).ok_or_else(unknown)
    });
    let types = types.collect::<QueryResult<_>>()?;
    Ok((types, collector.binds.into_iter().map(Bind).collect()))
}

/// No value that is bound is of a type that users make.
struct BuiltIn;

impl PgMetadataLookup for BuiltIn {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}
