//! Spans to an OpenTelemetry collector, by OpenTelemetry's own queue and exporter: OTLP over HTTP. Or to the console, for
//! people.
//!
//! A span that ends is put into a queue, and a thread sends what is there. Nothing waits for the collector: when it is
//! down or slow, the queue fills up, and further spans are lost, counted, and told of once.

mod collector;
mod console;
mod ids;
mod tally;
mod tree;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::{Level, Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter};
use tracing_subscriber::registry::LookupSpan;
use uuid::Uuid;

use crate::config::TracesConfig;
use crate::{Error, Result};

use super::trace_context::TraceId;
use collector::Runtime;
use console::Console;
pub(super) use console::follow;
use ids::Ids;
#[cfg(feature = "metrics")]
use tally::Counts;
use tally::{Counted, Tally};

/// How long the end of the process waits for the last spans.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// Spans of the kit are exported down to this level, others down to INFO.
const OWN_LEVEL: Level = Level::DEBUG;
const OWN_TARGET: &str = "skeleton_runtime";

static ACTIVE: AtomicBool = AtomicBool::new(false);
static TALLY: OnceLock<Tally> = OnceLock::new();

/// Whether spans are exported by this process.
pub(super) fn is_active() -> bool {
    ACTIVE.load(Ordering::Relaxed)
}

/// The trace of the next span on this thread that has no parent.
pub(super) fn next_trace(trace: TraceId) {
    ids::next(opentelemetry::TraceId::from_bytes(trace.0));
}

/// Makes spans, and sends or prints them.
pub(super) struct Traces {
    tracer: SdkTracer,
    // Dropped last: it closes the tracer.
    provider: SdkTracerProvider,
    /// Where they are sent.
    sent: Option<(Runtime, Tally)>,
}

impl std::fmt::Debug for Traces {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Traces")
    }
}

impl Traces {
    /// Spans for a collector. Connects nowhere yet.
    pub(super) fn new(config: &TracesConfig, version: &'static str) -> Result<Self> {
        let (runtime, tally) = (Runtime::default(), Tally::default());
        let exporter = collector::exporter(config, runtime.clone(), tally.clone());
        let exporter = exporter.map_err(Error::internal)?;
        let sampler = Sampler::TraceIdRatioBased(config.sample_ratio);
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(sampler)))
            .with_id_generator(Ids::default())
            .with_resource(resource(config, version))
            .with_span_processor(Counted::new(exporter, tally.clone()))
            .build();
        Ok(Self {
            tracer: provider.tracer("skeleton-runtime"),
            provider,
            sent: Some((runtime, tally)),
        })
    }

    /// Spans for the console: a tree for each request.
    pub(super) fn printed() -> Self {
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::AlwaysOn)
            .with_id_generator(Ids::default())
            .with_resource(Resource::builder_empty().build())
            .with_span_processor(Console::default())
            .build();
        Self {
            tracer: provider.tracer("skeleton-runtime"),
            provider,
            sent: None,
        }
    }

    /// The layer that makes spans. They say of themselves what they are; events are for the log.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        ACTIVE.store(true, Ordering::Relaxed);
        if let Some((_, tally)) = &self.sent {
            let _ = TALLY.set(tally.clone());
        }
        OpenTelemetryLayer::new(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(
                FilterFn::new(is_exported as fn(&Metadata<'_>) -> bool)
                    .with_max_level_hint(LevelFilter::from_level(OWN_LEVEL)),
            )
    }

    /// Begins to send, within a runtime.
    pub(super) fn start(&mut self) {
        if let Some((runtime, _)) = &self.sent {
            let _ = runtime.set(Handle::current());
        }
    }

    /// Sends what is left. A collector that does not answer holds it up for five seconds at most.
    pub(super) async fn end(&mut self) {
        let Some((_, tally)) = &self.sent else { return };
        tally.end();
        let provider = self.provider.clone();
        // It waits for the thread that sends, which needs the runtime.
        let ended =
            tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_TIMEOUT));
        let lost = match ended.await {
            Ok(Ok(())) => 0,
            _ => tally.waiting(),
        };
        if lost > 0 {
            tracing::warn!(
                spans = lost,
                "the collector did not take the last spans in time"
            );
        }
    }
}

/// What became of the spans of this process; `None` where none are sent.
#[cfg(feature = "metrics")]
pub(super) fn counts() -> Option<Counts> {
    TALLY.get().map(Tally::counts)
}

fn is_exported(metadata: &Metadata<'_>) -> bool {
    let is_own = metadata.target().starts_with(OWN_TARGET);
    let least = if is_own { OWN_LEVEL } else { Level::INFO };
    metadata.is_span() && *metadata.level() <= least
}

fn resource(config: &TracesConfig, version: &'static str) -> Resource {
    let attributes = config.attributes.iter();
    Resource::builder_empty()
        .with_attributes(attributes.map(|(name, value)| KeyValue::new(name.clone(), value.clone())))
        .with_attributes([
            KeyValue::new("service.name", config.service_name.clone()),
            KeyValue::new("service.version", version),
            KeyValue::new("service.instance.id", Uuid::new_v4().to_string()),
        ])
        .build()
}
