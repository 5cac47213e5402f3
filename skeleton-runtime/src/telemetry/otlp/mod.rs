//! Spans to an OpenTelemetry collector, by OpenTelemetry's own queue and exporter: OTLP over HTTP. Or to the console, for
//! people.
//!
//! A span that ends is put into a queue, and a thread sends what is there. Nothing waits for the collector: when it is
//! down or slow, the queue fills up, and further spans are lost, counted, and told of once.

mod collector;
mod console;
mod layer;
mod record;
mod tally;
mod tree;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanProcessor as _};
use tokio::runtime::Handle;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter};
use tracing_subscriber::registry::LookupSpan;
use uuid::Uuid;

use super::fields;
use crate::config::TracesConfig;
use crate::{Error, Result};

use collector::Runtime;
use console::Console;
pub(super) use console::follow;
use layer::SpanLayer;
pub(super) use layer::{current, with_record};
use record::Ratio;
pub(super) use record::SpanRecord;
#[cfg(feature = "metrics")]
use tally::Counts;
use tally::{Counted, Tally};

/// How long the end of the process waits for the last spans.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// Spans of the kit are exported down to this level, others down to INFO.
const OWN_LEVEL: Level = Level::DEBUG;
const OWN_TARGET: &str = "skeleton_runtime";

/// Spans that the kit makes without `tracing`; what has these names is for the log.
const LEAVES: [&str; 1] = [fields::QUERY];

static EXPORT: OnceLock<Export> = OnceLock::new();

/// How spans are exported by this process.
#[derive(Debug, Clone)]
struct Export {
    destination: Arc<Destination>,
    ratio: Ratio,
}

/// Whether spans are exported by this process.
pub(super) fn is_active() -> bool {
    EXPORT.get().is_some()
}

/// A span within the current one that is never entered, if it is exported and seen by somebody.
pub(super) fn leaf(name: &'static str, kind: SpanKind) -> Option<Box<SpanRecord>> {
    let export = EXPORT.get()?;
    let record = current(SpanRecord::child);
    let mut record = record.unwrap_or_else(|| SpanRecord::root(export.ratio));
    if !record.is_sampled() {
        return None;
    }
    record.be(name, kind);
    Some(Box::new(record))
}

/// Ends a span that was never entered.
pub(super) fn end(leaf: SpanRecord) {
    let data = leaf.end(SystemTime::now());
    if let (Some(export), Some(data)) = (EXPORT.get(), data) {
        export.destination.take(data);
    }
}

/// Where spans go.
#[derive(Debug)]
enum Destination {
    Collector {
        queue: Counted,
        runtime: Runtime,
        tally: Tally,
    },
    Console(Console),
}

/// Makes spans, and sends or prints them.
#[derive(Debug)]
pub(super) struct Traces(Export);

impl Traces {
    /// Spans for a collector. Connects nowhere yet.
    pub(super) fn new(config: &TracesConfig, version: &'static str) -> Result<Self> {
        let (runtime, tally) = (Runtime::default(), Tally::default());
        let exporter = collector::exporter(config, runtime.clone(), tally.clone());
        let exporter = exporter.map_err(Error::internal)?;
        let mut queue = Counted::new(exporter, tally.clone());
        queue.set_resource(&resource(config, version));
        Ok(Self(Export {
            destination: Arc::new(Destination::Collector {
                queue,
                runtime,
                tally,
            }),
            ratio: Ratio::new(config.sample_ratio),
        }))
    }

    /// Spans for the console: a tree for each request.
    pub(super) fn printed() -> Self {
        Self(Export {
            destination: Arc::new(Destination::Console(Console::default())),
            ratio: Ratio::ALL,
        })
    }

    /// The layer that makes spans. They say of themselves what they are; events are for the log.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let _ = EXPORT.set(self.0.clone());
        let Export { destination, ratio } = self.0.clone();
        SpanLayer::new(destination, ratio).with_filter(
            FilterFn::new(is_exported as fn(&Metadata<'_>) -> bool)
                .with_max_level_hint(LevelFilter::from_level(OWN_LEVEL)),
        )
    }

    /// Begins to send, within a runtime.
    pub(super) fn start(&mut self) {
        if let Destination::Collector { runtime, .. } = &*self.0.destination {
            let _ = runtime.set(Handle::current());
        }
    }

    /// Sends what is left. A collector that does not answer holds it up for five seconds at most.
    pub(super) async fn end(&mut self) {
        let Destination::Collector { tally, .. } = &*self.0.destination else {
            return;
        };
        tally.end();
        let destination = self.0.destination.clone();
        // It waits for the thread that sends, which needs the runtime.
        let ended = tokio::task::spawn_blocking(move || destination.end());
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

impl Destination {
    fn take(&self, span: SpanData) {
        match self {
            Self::Collector { queue, .. } => queue.on_end(span),
            Self::Console(console) => console.print(span),
        }
    }

    fn end(&self) -> OTelSdkResult {
        match self {
            Self::Collector { queue, .. } => queue.shutdown_with_timeout(FLUSH_TIMEOUT),
            Self::Console(_) => Ok(()),
        }
    }
}

/// What became of the spans of this process; `None` where none are sent.
#[cfg(feature = "metrics")]
pub(super) fn counts() -> Option<Counts> {
    match &*EXPORT.get()?.destination {
        Destination::Collector { tally, .. } => Some(tally.counts()),
        Destination::Console(_) => None,
    }
}

fn is_exported(metadata: &Metadata<'_>) -> bool {
    let is_own = metadata.target().starts_with(OWN_TARGET);
    let least = if is_own { OWN_LEVEL } else { Level::INFO };
    let is_leaf = is_own && LEAVES.contains(&metadata.name());
    metadata.is_span() && *metadata.level() <= least && !is_leaf
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
