//! Figures of statements.

use std::sync::Arc;
use std::time::Duration;

use metrics::{Counter, Histogram};

use super::handles::Handles;
use super::names;
use super::recorder::Registry;

/// Counts the statements of a database for a service. Clones share the figures.
#[doc(hidden)]
#[derive(Clone)]
pub struct QueryMeter(Arc<Figures>);

struct Figures {
    registry: Registry,
    durations: Handles<&'static str, Histogram>,
    errors: Handles<&'static str, Counter>,
    slow: Counter,
}

impl std::fmt::Debug for QueryMeter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("QueryMeter")
    }
}

impl QueryMeter {
    pub(super) fn new(registry: Registry) -> Self {
        Self(Arc::new(Figures {
            slow: registry.counter(names::SLOW_QUERIES, &[]),
            registry,
            durations: Handles::default(),
            errors: Handles::default(),
        }))
    }

    /// One statement. `operation` and the error's kind are from closed sets.
    pub(crate) fn record(
        &self,
        operation: &'static str,
        elapsed: Duration,
        error: Option<&'static str>,
    ) {
        let figures = &*self.0;
        let duration = figures.durations.get(operation, || {
            figures
                .registry
                .histogram(names::QUERY_DURATION, &[(names::OPERATION, operation)])
        });
        duration.record(elapsed);
        if let Some(kind) = error {
            let errors = figures.errors.get(kind, || {
                figures
                    .registry
                    .counter(names::DB_ERRORS, &[(names::KIND, kind)])
            });
            errors.increment(1);
        }
    }

    /// One statement that took long.
    pub(crate) fn slow(&self) {
        self.0.slow.increment(1);
    }
}
