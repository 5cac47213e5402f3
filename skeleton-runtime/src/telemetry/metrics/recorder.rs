//! The recorder of a service, and what it tells Prometheus.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};

use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use super::requests::Requests;
use super::{Answered, Exposition, QueryMeter, float, names, process};

/// Seconds, from a row in memory to a time-out.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// A statement is quicker than the request that it serves.
const QUERY_SECONDS: &[f64] = &[
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
    30.0,
];
/// Bytes, from an empty list to the limit of a body and beyond.
const BYTES: &[f64] = &[
    100.0,
    1_000.0,
    10_000.0,
    100_000.0,
    1_000_000.0,
    10_000_000.0,
];

const METADATA: Metadata<'static> = Metadata::new("skeleton", Level::INFO, None);

type Collector = Box<dyn Fn(&mut Exposition) + Send + Sync>;

/// The figures of a service. Clones share them.
///
/// ```
/// use skeleton_runtime::app::Service;
/// use skeleton_runtime::telemetry::Metrics;
///
/// /// What `/metrics` answers.
/// fn figures(service: &Service) -> String {
///     let metrics: &Metrics = service.metrics();
///     metrics.render()
/// }
/// ```
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Inner>>);

struct Inner {
    registry: Registry,
    handle: PrometheusHandle,
    requests: Requests,
    collectors: RwLock<Vec<Collector>>,
}

/// Where handles come from. It holds no collector, which may hold what counts by it.
#[derive(Clone)]
pub(super) struct Registry(Arc<PrometheusRecorder>);

impl Registry {
    pub(super) fn counter(&self, name: &'static str, labels: &[(&'static str, &str)]) -> Counter {
        self.0.register_counter(&key(name, labels), &METADATA)
    }

    pub(super) fn histogram(
        &self,
        name: &'static str,
        labels: &[(&'static str, &str)],
    ) -> Histogram {
        self.0.register_histogram(&key(name, labels), &METADATA)
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_tuple("Metrics")
            .field(&self.is_on())
            .finish()
    }
}

impl Metrics {
    /// Records from now on.
    pub fn on() -> Self {
        let recorder = recorder();
        describe(&recorder);
        let metrics = Self(Some(Arc::new(Inner {
            handle: recorder.handle(),
            registry: Registry(Arc::new(recorder)),
            requests: Requests::default(),
            collectors: RwLock::default(),
        })));
        metrics.collect(process::collect);
        metrics
    }

    /// Records nothing.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Whether anything is recorded.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Has `collector` asked at each scrape, for what is cheaper to look at than to count. It must not block.
    pub fn collect(&self, collector: impl Fn(&mut Exposition) + Send + Sync + 'static) {
        if let Some(inner) = &self.0 {
            let mut collectors = inner
                .collectors
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            collectors.push(Box::new(collector));
        }
    }

    /// What counts the statements of this service's database; `None` where nothing is recorded.
    pub fn queries(&self) -> Option<QueryMeter> {
        let inner = self.0.as_ref()?;
        Some(QueryMeter::new(inner.registry.clone()))
    }

    /// Runs `work`, whose own metrics (`metrics::counter!("…")`) are then those of this service.
    pub(crate) fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(inner) => metrics::with_local_recorder(&*inner.registry.0, work),
            None => work(),
        }
    }

    /// Makes this the recorder of whatever is recorded outside of requests. The first service of a process has it.
    pub(crate) fn install(&self) {
        if let Some(inner) = &self.0 {
            let _ = metrics::set_global_recorder(inner.registry.0.clone());
        }
    }

    /// Sorts what was recorded into buckets: needed now and then, or memory grows where nobody scrapes.
    pub(crate) fn upkeep(&self) {
        if let Some(inner) = &self.0 {
            inner.handle.run_upkeep();
        }
    }

    pub(crate) fn begun(&self) {
        if let Some(inner) = &self.0 {
            inner.requests.begun();
        }
    }

    pub(crate) fn ended(&self, is_answered: bool) {
        if let Some(inner) = &self.0 {
            inner.requests.ended(is_answered);
        }
    }

    pub(crate) fn answered(&self, answered: &Answered<'_>) {
        if let Some(inner) = &self.0 {
            inner.requests.answered(&inner.registry, answered);
        }
    }

    /// Everything, as `/metrics` answers it.
    pub fn render(&self) -> String {
        let Some(inner) = &self.0 else {
            return String::new();
        };
        let mut exposition = Exposition::new(inner.handle.render());
        let count = |count: &std::sync::atomic::AtomicUsize| float(count.load(Ordering::Relaxed));
        exposition.gauge(
            names::REQUESTS_IN_FLIGHT,
            "Requests that have no answer yet.",
            count(&inner.requests.in_flight),
        );
        exposition.counter(
            names::REQUESTS_GIVEN_UP,
            "Requests whose client went away before the answer.",
            count(&inner.requests.given_up),
        );
        let collectors = inner
            .collectors
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for collector in collectors.iter() {
            collector(&mut exposition);
        }
        exposition.into_text()
    }
}

fn recorder() -> PrometheusRecorder {
    let buckets = [
        (names::QUERY_DURATION, QUERY_SECONDS),
        (names::REQUEST_BODY, BYTES),
        (names::RESPONSE_BODY, BYTES),
    ];
    let mut builder = PrometheusBuilder::new()
        .set_buckets(SECONDS)
        .expect("there are buckets");
    for (name, bounds) in buckets {
        builder = builder
            .set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds)
            .expect("there are buckets");
    }
    builder.build_recorder()
}

fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        (names::REQUEST_COUNT, "Requests answered."),
        (names::ERROR_COUNT, "Requests answered with 5xx."),
        (
            names::DB_ERRORS,
            "Statements that failed, those that violate a constraint included.",
        ),
        (
            names::SLOW_QUERIES,
            "Statements that took longer than DATABASE_SLOW_QUERY_SECONDS.",
        ),
        (names::AUTH_EVENTS, "What happened to accounts."),
    ];
    for (name, help) in counters {
        recorder.describe_counter(name.into(), None, help.into());
    }
    let histograms = [
        (
            names::REQUEST_LATENCY,
            "From the head of a request to the head of its answer.",
        ),
        (names::REQUEST_BODY, "Bodies of requests, as declared."),
        (names::RESPONSE_BODY, "Bodies of answers."),
        (
            names::QUERY_DURATION,
            "Statements, the wait for a connection left out.",
        ),
    ];
    for (name, help) in histograms {
        recorder.describe_histogram(name.into(), None, help.into());
    }
}

fn key(name: &'static str, labels: &[(&'static str, &str)]) -> Key {
    let labels: Vec<Label> = labels
        .iter()
        .map(|(label, value)| Label::new(*label, (*value).to_owned()))
        .collect();
    Key::from_parts(name, labels)
}
