//! The one place through which every query passes.

use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::result::Error;
use futures_util::future::BoxFuture;
use tracing::{Instrument, Span};

use super::backend::AnyBackend;
use super::statement::Statement;

/// What runs: for spans and figures. Never holds a bound value.
pub(super) struct Call {
    backend: AnyBackend,
    operation: &'static str,
    span: Span,
}

/// How a call went.
struct Outcome<'a> {
    backend: AnyBackend,
    operation: &'static str,
    elapsed: Duration,
    error: Option<&'a Error>,
}

impl Call {
    /// A statement; its text has placeholders where the values go.
    pub(super) fn statement(backend: AnyBackend, statement: &Statement) -> Self {
        #[cfg(feature = "test-util")]
        super::recorder::note(statement);
        let sql: &str = &statement.sql;
        let operation = operation(sql);
        let span = tracing::debug_span!(
            "db.query",
            db.system.name = backend.name(),
            db.operation.name = operation,
            db.query.text = sql,
            otel.kind = "client",
        );
        Self {
            backend,
            operation,
            span,
        }
    }

    /// Something without a text of its own, or whose text may hold values.
    pub(super) fn named(backend: AnyBackend, operation: &'static str) -> Self {
        let span = tracing::debug_span!(
            "db.query",
            db.system.name = backend.name(),
            db.operation.name = operation,
            otel.kind = "client",
        );
        Self {
            backend,
            operation,
            span,
        }
    }

    /// Runs it, and tells how it went.
    ///
    /// Boxed, for its future becomes part of that of each handler, and those grow large and deep (rustc gives up on
    /// very deep ones).
    pub(super) async fn run<T: Send>(
        self,
        work: impl Future<Output = QueryResult<T>> + Send,
    ) -> QueryResult<T> {
        #[cfg(feature = "test-util")]
        count::one();
        let started = Instant::now();
        let work: BoxFuture<'_, QueryResult<T>> = Box::pin(work.instrument(self.span.clone()));
        let result = work.await;
        self.span.in_scope(|| {
            observe(&Outcome {
                backend: self.backend,
                operation: self.operation,
                elapsed: started.elapsed(),
                error: result.as_ref().err(),
            });
        });
        result
    }
}

/// Every figure about queries is made here.
fn observe(outcome: &Outcome<'_>) {
    let (system, operation) = (outcome.backend.name(), outcome.operation);
    let duration_ms = outcome.elapsed.as_secs_f64() * 1_000.0;
    match outcome.error {
        None | Some(Error::NotFound) => {
            tracing::trace!(system, operation, duration_ms, "query done");
        }
        // Who asked decides whether that is bad: a unique violation is a 409.
        Some(error) => tracing::debug!(
            system,
            operation,
            duration_ms,
            error = kind(error),
            "query failed"
        ),
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

/// The first word of a statement, from a closed set, for it becomes a label.
fn operation(sql: &str) -> &'static str {
    const KNOWN: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    let word = sql.split_ascii_whitespace().next().unwrap_or_default();
    KNOWN
        .into_iter()
        .find(|known| word.eq_ignore_ascii_case(known))
        .unwrap_or("OTHER")
}

/// How many calls a test makes.
#[cfg(feature = "test-util")]
pub(super) mod count {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    tokio::task_local! {
        static CALLS: Arc<AtomicUsize>;
    }

    /// Counts one for the test that the call belongs to, if one counts.
    pub(super) fn one() {
        let _ = CALLS.try_with(|calls| calls.fetch_add(1, Ordering::Relaxed));
    }

    /// Runs `work` and tells how many calls came from it: from its own task, wherever they then run.
    pub(crate) async fn calls<T>(work: impl Future<Output = T>) -> (T, usize) {
        let calls = Arc::new(AtomicUsize::new(0));
        let output = CALLS.scope(calls.clone(), work).await;
        (output, calls.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_from_a_closed_set() {
        assert_eq!(operation("SELECT 1"), "SELECT");
        assert_eq!(operation("  insert into x"), "INSERT");
        assert_eq!(operation("VACUUM"), "OTHER");
        assert_eq!(operation(""), "OTHER");
    }
}
