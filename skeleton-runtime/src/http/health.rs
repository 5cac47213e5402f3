//! Whether the service lives, should get traffic, and has what it depends on.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::{BoxFuture, FutureExt as _, join_all};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tracing::{Instrument as _, info, warn};
use utoipa::ToSchema;

use super::{Json, Shutdown};
use crate::telemetry::fields;
use crate::{Error, Result};

/// A dependency that takes longer is as good as gone, and a prober's own limit is seldom longer.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// Many probers cost the dependencies no more than one.
const REPORT_LIFETIME: Duration = Duration::from_secs(1);

type Probe = Box<dyn Fn() -> BoxFuture<'static, Result<Duration>> + Send + Sync>;

/// The checks behind `/health`, `/health/live` and `/health/ready`.
#[doc(hidden)]
pub struct Health {
    version: &'static str,
    shutdown: Shutdown,
    checks: Vec<(&'static str, Probe)>,
    last: Mutex<Option<(Instant, HealthReport)>>,
}

/// What `/health` answers.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HealthReport {
    /// `ok` if every check is.
    pub status: HealthStatus,
    /// The service's version.
    pub version: &'static str,
    /// One entry for each dependency.
    pub checks: BTreeMap<&'static str, CheckReport>,
}

/// What `/health/live` and `/health/ready` answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readiness {
    /// `ok`, or `unavailable` with 503.
    pub status: HealthStatus,
}

/// One dependency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct CheckReport {
    /// Whether it answered.
    pub status: HealthStatus,
    /// How long it took, in milliseconds.
    pub latency_ms: f64,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// As it should be.
    Ok,
    /// Not to be had.
    Unavailable,
}

impl HealthStatus {
    fn of(ok: bool) -> Self {
        if ok { Self::Ok } else { Self::Unavailable }
    }

    fn code(self) -> StatusCode {
        match self {
            Self::Ok => StatusCode::OK,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Health {
    /// Without any check, the service is healthy as long as it lives.
    pub fn new(version: &'static str, shutdown: &Shutdown) -> Self {
        Self {
            version,
            shutdown: shutdown.clone(),
            checks: Vec::new(),
            last: Mutex::default(),
        }
    }

    /// Adds a dependency. `probe` tells how long the dependency took to answer; it has two seconds, and runs once a
    /// second at most.
    #[must_use]
    pub fn check<F, Fut>(mut self, name: &'static str, probe: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Duration>> + Send + 'static,
    {
        self.checks.push((name, Box::new(move || probe().boxed())));
        self
    }

    /// The three routes.
    pub fn routes<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route("/health", get(health))
            .route("/health/live", get(live))
            .route("/health/ready", get(ready))
            .with_state(Arc::new(self))
    }

    /// The state of the dependencies, at most a second old. While one caller asks them, the others wait for its report.
    pub async fn report(&self) -> HealthReport {
        let mut last = self.last.lock().await;
        if let Some((made, report)) = &*last
            && made.elapsed() < REPORT_LIFETIME
        {
            return report.clone();
        }
        let outcomes = join_all(self.checks.iter().map(|(name, probe)| run(name, probe))).await;
        let before = last.as_ref().map(|(_, report)| &report.checks);
        for (name, check, error) in &outcomes {
            let was = before
                .and_then(|checks| checks.get(name))
                .map_or(HealthStatus::Ok, |check| check.status);
            tell_change(name, was, check.status, error.as_ref());
        }
        let checks: BTreeMap<_, _> = outcomes
            .into_iter()
            .map(|(name, check, _)| (name, check))
            .collect();
        let status = HealthStatus::of(
            checks
                .values()
                .all(|check| check.status == HealthStatus::Ok),
        );
        let report = HealthReport {
            status,
            version: self.version,
            checks,
        };
        *last = Some((Instant::now(), report.clone()));
        report
    }

    /// The same for a prober, who may go away: what was begun is brought to its end, for the next one to find.
    async fn told(self: &Arc<Self>) -> HealthReport {
        let health = Arc::clone(self);
        let report = async move { health.report().await };
        let report = tokio::spawn(report.in_current_span()).await;
        // The runtime itself is ending.
        report.unwrap_or_else(|_| HealthReport {
            status: HealthStatus::Unavailable,
            version: self.version,
            checks: BTreeMap::new(),
        })
    }

    async fn is_ready(self: &Arc<Self>) -> bool {
        !self.shutdown.has_begun() && self.told().await.status == HealthStatus::Ok
    }
}

impl std::fmt::Debug for Health {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Health")
            .field("checks", &names)
            .finish_non_exhaustive()
    }
}

async fn run(name: &'static str, probe: &Probe) -> (&'static str, CheckReport, Option<Error>) {
    let began = Instant::now();
    let check = AssertUnwindSafe(async { probe().await }).catch_unwind();
    let outcome = match timeout(CHECK_TIMEOUT, check).await {
        Ok(outcome) => outcome.unwrap_or_else(|_| Err(Error::internal("the check panicked"))),
        Err(_) => Err(Error::timeout()),
    };
    let latency = *outcome.as_ref().unwrap_or(&began.elapsed());
    let micros = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX);
    let check = CheckReport {
        status: HealthStatus::of(outcome.is_ok()),
        latency_ms: f64::from(micros) / 1000.0,
    };
    (name, check, outcome.err())
}

/// Once for each change, not once for each probe.
fn tell_change(name: &str, was: HealthStatus, is: HealthStatus, error: Option<&Error>) {
    match (was, is) {
        (HealthStatus::Ok, HealthStatus::Unavailable) => {
            let cause = error.map(|error| match error.cause_chain() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            });
            warn!(
                check = name,
                { fields::CAUSE } = cause,
                "a dependency is down"
            );
        }
        (HealthStatus::Unavailable, HealthStatus::Ok) => {
            info!(check = name, "a dependency is back");
        }
        _ => {}
    }
}

async fn health(State(health): State<Arc<Health>>) -> Response {
    let report = health.told().await;
    answer(report.status, report)
}

async fn live() -> Response {
    let status = HealthStatus::Ok;
    answer(status, Readiness { status })
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    let status = HealthStatus::of(health.is_ready().await);
    answer(status, Readiness { status })
}

fn answer(status: HealthStatus, body: impl Serialize) -> Response {
    let mut response = (status.code(), Json(body)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == HealthStatus::Unavailable {
        response.headers_mut().insert(
            header::RETRY_AFTER,
            HeaderValue::from(REPORT_LIFETIME.as_secs()),
        );
    }
    response
}
