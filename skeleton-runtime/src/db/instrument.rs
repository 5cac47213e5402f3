//! The one place through which every query passes.

use std::borrow::Cow;
#[cfg(feature = "sqlite")]
use std::sync::Arc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::result::Error;
use futures_util::future::BoxFuture;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::backend::AnyBackend;
use super::statement::Statement;
use crate::telemetry::{Leaf, QueryMeter, fields};

/// When the turn of a statement came that waits in line; empty as long as it waits.
#[cfg(feature = "sqlite")]
pub(super) type Turn = Arc<OnceLock<Instant>>;

/// A caller that goes away takes its statement with it.
const GIVEN_UP: &str = "given_up";

/// What is done with the figures of a database's statements.
#[derive(Debug)]
pub(super) struct Watch {
    slow: Duration,
    meter: OnceLock<QueryMeter>,
}

impl Watch {
    /// Statements that take longer than `slow` are logged.
    pub(super) const fn new(slow: Duration) -> Self {
        Self {
            slow,
            meter: OnceLock::new(),
        }
    }

    /// The first counts.
    pub(super) fn count_by(&self, meter: QueryMeter) {
        let _ = self.meter.set(meter);
    }

    /// Every figure about queries is made here.
    fn observe(&self, call: &Call<'_>, elapsed: Duration, error: Option<&'static str>) {
        let (system, operation) = (call.backend.name(), call.operation);
        if let Some(meter) = self.meter.get() {
            meter.record(operation, elapsed, error);
        }
        let duration_ms = elapsed.as_secs_f64() * 1_000.0;
        if elapsed > self.slow {
            if let Some(meter) = self.meter.get() {
                meter.slow();
            }
            tracing::warn!(
                { fields::DB_SYSTEM } = system,
                { fields::DB_OPERATION } = operation,
                { fields::DB_TEXT } = call.text.as_deref(),
                { fields::DURATION_MS } = duration_ms,
                "slow query"
            );
        }
        match error {
            None => tracing::debug!({ fields::DURATION_MS } = duration_ms, "query done"),
            // Who asked decides whether that is bad: a unique violation is a 409.
            Some(kind) => {
                call.span.record(fields::ERROR_TYPE, kind);
                tracing::debug!({ fields::DURATION_MS } = duration_ms, "query failed");
            }
        }
    }
}

/// What runs: for spans and figures. Never holds a bound value.
pub(super) struct Call<'a> {
    watch: &'a Watch,
    backend: AnyBackend,
    operation: &'static str,
    /// For the log, if it turns out slow.
    text: Option<Cow<'a, str>>,
    /// For lines of the log within it.
    span: Span,
    /// What is exported.
    leaf: Leaf,
    /// Until its outcome is known.
    running_since: Option<Instant>,
    /// For a statement that may have to wait in line: that is no time of its own.
    #[cfg(feature = "sqlite")]
    turn: Option<Turn>,
}

impl<'a> Call<'a> {
    /// A statement; its text has placeholders where the values go.
    #[cfg(feature = "postgres")]
    pub(super) fn statement(
        watch: &'a Watch,
        backend: AnyBackend,
        statement: &'a Statement,
    ) -> Self {
        Self::of(watch, backend, statement, Cow::Borrowed(&statement.sql))
    }

    /// A statement that goes to another thread.
    #[cfg(feature = "sqlite")]
    pub(super) fn detached(watch: &'a Watch, backend: AnyBackend, statement: &Statement) -> Self {
        Self::of(watch, backend, statement, statement.sql.clone())
    }

    fn of(
        watch: &'a Watch,
        backend: AnyBackend,
        statement: &Statement,
        text: Cow<'a, str>,
    ) -> Self {
        #[cfg(feature = "test-util")]
        super::recorder::note(|| statement.clone());
        #[cfg(not(feature = "test-util"))]
        let _ = statement;
        let sql: &str = &text;
        let operation = operation(sql);
        let span = tracing::debug_span!(
            fields::QUERY,
            { fields::DB_SYSTEM } = backend.name(),
            { fields::DB_OPERATION } = operation,
            { fields::DB_COLLECTION } = collection(operation, sql),
            { fields::DB_TEXT } = sql,
            { fields::DB_ROWS } = Empty,
            { fields::ERROR_TYPE } = Empty,
        );
        let mut leaf = begin(backend, operation);
        if leaf.is_seen() {
            if let Some(collection) = collection(operation, sql) {
                leaf.rename(format!("{operation} {collection}"));
                leaf.text(fields::DB_COLLECTION, collection);
            }
            leaf.text(fields::DB_TEXT, sql);
        }
        Self {
            watch,
            backend,
            operation,
            text: Some(text),
            span,
            leaf,
            running_since: None,
            #[cfg(feature = "sqlite")]
            turn: None,
        }
    }

    /// Runs from its turn on, if there is one to wait for, and not at all where that never comes.
    #[cfg(feature = "sqlite")]
    pub(super) fn since(mut self, turn: Option<Turn>) -> Self {
        self.turn = turn;
        self
    }

    /// Something without a text of its own, or whose text may hold values.
    pub(super) fn named(watch: &'a Watch, backend: AnyBackend, operation: &'static str) -> Self {
        #[cfg(feature = "test-util")]
        super::recorder::note(|| Statement::new(operation));
        let span = tracing::debug_span!(
            fields::QUERY,
            { fields::DB_SYSTEM } = backend.name(),
            { fields::DB_OPERATION } = operation,
            { fields::ERROR_TYPE } = Empty,
        );
        Self {
            watch,
            backend,
            operation,
            text: None,
            span,
            leaf: begin(backend, operation),
            running_since: None,
            #[cfg(feature = "sqlite")]
            turn: None,
        }
    }

    /// Runs it, and tells how it went; `rows` tells how many rows it gave or touched.
    ///
    /// Boxed, for its future becomes part of that of each handler, and those grow large and deep (rustc gives up on
    /// very deep ones).
    pub(super) fn run<'f, T: Send + 'f>(
        self,
        work: impl Future<Output = QueryResult<T>> + Send + 'f,
        rows: impl Fn(&T) -> usize + Send + 'f,
    ) -> impl Future<Output = QueryResult<T>> + Send + 'f
    where
        'a: 'f,
    {
        self.run_telling(work, move |value| Told::Rows(rows(value)))
    }

    /// The same for what has no rows, or gives them one by one.
    pub(super) fn run_uncounted<'f, T: Send + 'f>(
        self,
        work: impl Future<Output = QueryResult<T>> + Send + 'f,
    ) -> impl Future<Output = QueryResult<T>> + Send + 'f
    where
        'a: 'f,
    {
        self.run_telling(work, |_| Told::Nothing)
    }

    /// The same for what may have to run elsewhere: without a number of rows it is of no account here.
    #[cfg(feature = "postgres")]
    pub(super) fn run_or_pass_on<'f>(
        self,
        work: impl Future<Output = QueryResult<Option<usize>>> + Send + 'f,
    ) -> impl Future<Output = QueryResult<Option<usize>>> + Send + 'f
    where
        'a: 'f,
    {
        self.run_telling(work, |rows| rows.map_or(Told::PassedOn, Told::Rows))
    }

    fn run_telling<'f, T: Send + 'f>(
        mut self,
        work: impl Future<Output = QueryResult<T>> + Send + 'f,
        look: impl Fn(&T) -> Told + Send + 'f,
    ) -> impl Future<Output = QueryResult<T>> + Send + 'f
    where
        'a: 'f,
    {
        // At once: within the block below there would be room for it a second time.
        let work: BoxFuture<'f, _> = Box::pin(work.instrument(self.span.clone()));
        async move {
            self.running_since = Some(Instant::now());
            let result = work.await;
            match &result {
                Ok(value) => self.succeed(&look(value)),
                Err(Error::NotFound) => self.finish(None),
                Err(error) => self.finish(Some(kind(error))),
            }
            result
        }
    }

    fn succeed(&mut self, told: &Told) {
        match *told {
            Told::PassedOn => self.running_since = None,
            Told::Nothing => self.finish(None),
            Told::Rows(rows) => {
                self.span.record(fields::DB_ROWS, rows);
                self.leaf.count(fields::DB_ROWS, rows);
                self.finish(None);
            }
        }
    }

    fn finish(&mut self, error: Option<&'static str>) {
        let running_since = self.running_since.take();
        #[cfg(feature = "sqlite")]
        let running_since = match &self.turn {
            Some(turn) => running_since.and(turn.get().copied()),
            None => running_since,
        };
        if let Some(began) = running_since {
            let elapsed = began.elapsed();
            if let Some(kind) = error {
                self.leaf.fail(kind, !is_told_to_clients(kind));
            }
            self.leaf.end();
            self.span
                .in_scope(|| self.watch.observe(self, elapsed, error));
        }
    }
}

/// What an outcome tells.
enum Told {
    Rows(usize),
    Nothing,
    /// It runs elsewhere, and is told of there.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite has no elsewhere")
    )]
    PassedOn,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.finish(Some(GIVEN_UP));
    }
}

/// The kind of an error: its message may quote values.
fn kind(error: &Error) -> &'static str {
    use diesel::result::DatabaseErrorKind as Kind;
    match error {
        Error::DatabaseError(kind, _) => match kind {
            Kind::UniqueViolation => "unique_violation",
            Kind::ForeignKeyViolation => "foreign_key_violation",
            Kind::NotNullViolation => "not_null_violation",
            Kind::CheckViolation => "check_violation",
            Kind::SerializationFailure => "serialization_failure",
            Kind::ReadOnlyTransaction => "read_only_transaction",
            Kind::ClosedConnection | Kind::UnableToSendCommand => "unavailable",
            _ => "database",
        },
        Error::DeserializationError(_) => "deserialization",
        Error::SerializationError(_) => "serialization",
        Error::QueryBuilderError(_) => "query_builder",
        _ => "other",
    }
}

/// What mostly becomes a 4xx.
fn is_told_to_clients(kind: &str) -> bool {
    kind.ends_with("_violation")
}

fn begin(backend: AnyBackend, operation: &'static str) -> Leaf {
    let mut leaf = Leaf::begin_call(operation);
    leaf.word(fields::DB_SYSTEM, backend.name());
    leaf.word(fields::DB_OPERATION, operation);
    leaf
}

/// The table that a statement is about: the first one, where there are several. Only asked where spans are made.
fn collection<'a>(operation: &str, sql: &'a str) -> Option<&'a str> {
    let before = match operation {
        "SELECT" | "DELETE" => "FROM",
        "INSERT" => "INTO",
        "UPDATE" => "UPDATE",
        _ => return None,
    };
    let mut words = sql.split_ascii_whitespace();
    words.find(|word| word.eq_ignore_ascii_case(before))?;
    let word = words.next()?.trim_end_matches([',', ';', ')']);
    // With its columns right behind it.
    let name = word.split('(').next().unwrap_or_default();
    let name = name.trim_matches('"');
    (!name.is_empty()).then_some(name)
}

/// The first word of a statement, from a closed set, for it becomes a label.
fn operation(sql: &str) -> &'static str {
    const KNOWN: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    KNOWN
        .into_iter()
        .find(|known| word.eq_ignore_ascii_case(known))
        .unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_first_one() {
        let of = |sql| collection(operation(sql), sql);
        for (sql, table) in [
            (
                "SELECT a, \"from\" FROM \"articles\" WHERE x",
                Some("articles"),
            ),
            ("SELECT 1", None),
            ("SELECT * FROM (SELECT 1) AS a", None),
            ("INSERT INTO users(id) VALUES ($1)", Some("users")),
            ("INSERT INTO \"users\" (id) VALUES ($1)", Some("users")),
            ("UPDATE auth_sessions SET a = $1", Some("auth_sessions")),
            ("DELETE FROM \"articles\";", Some("articles")),
            ("SELECT EXISTS(SELECT 1 FROM comments)", Some("comments")),
            ("VACUUM", None),
        ] {
            assert_eq!(of(sql), table, "{sql}");
        }
    }

    #[test]
    fn operations_are_from_a_closed_set() {
        assert_eq!(operation("SELECT 1"), "SELECT");
        assert_eq!(operation("  insert into x"), "INSERT");
        assert_eq!(operation("VACUUM"), "OTHER");
        assert_eq!(operation(""), "OTHER");
    }
}
