//! Figures of a service, as Prometheus reads them: a recorder for each service, so that several may run in one process.
//!
//! What happens in a handler is recorded for its own service, by `metrics::counter!` and the like too. Without the
//! feature `metrics` nothing is recorded, and nothing of it compiled.

#[cfg(feature = "metrics")]
mod exposition;
#[cfg(feature = "metrics")]
mod handles;
pub mod names;
#[cfg(not(feature = "metrics"))]
mod off;
#[cfg(feature = "metrics")]
mod process;
#[cfg(feature = "metrics")]
mod queries;
#[cfg(feature = "metrics")]
mod recorder;
#[cfg(feature = "metrics")]
mod requests;
#[cfg(all(test, feature = "metrics"))]
mod tests;

use std::time::Duration;

use axum::http::{Method, StatusCode};

#[cfg(feature = "metrics")]
pub use exposition::Exposition;
#[cfg(not(feature = "metrics"))]
pub use off::{Exposition, Metrics, QueryMeter};
#[cfg(feature = "metrics")]
pub use queries::QueryMeter;
#[cfg(feature = "metrics")]
pub use recorder::Metrics;

/// A count as a sample: exact up to 2⁵³.
#[expect(
    clippy::cast_precision_loss,
    reason = "nothing is counted so often while a process lives"
)]
pub(crate) fn float(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

/// What is known of a request once its answer is there.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(feature = "metrics"),
    expect(dead_code, reason = "nobody counts it")
)]
pub(crate) struct Answered<'a> {
    pub(crate) method: &'a Method,
    /// The route's template; `None` where no route matched.
    pub(crate) route: Option<&'a str>,
    pub(crate) status: StatusCode,
    pub(crate) elapsed: Duration,
    /// As the head of the request declared it.
    pub(crate) request_bytes: Option<u64>,
    /// As far as it is known before it is sent.
    pub(crate) response_bytes: Option<u64>,
}
