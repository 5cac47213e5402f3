//! The start of the log and of the traces, once for each process, and their end.

use std::io::{self, IsTerminal as _};

#[cfg(feature = "otlp")]
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};
use tracing_subscriber::{Registry, reload};

use crate::config::{LogConfig, LogFormat, TracesConfig};
use crate::{Error, Result};

use super::Exposition;

type Reload = Box<dyn Fn(EnvFilter) -> Result<(), reload::Error> + Send + Sync>;

/// The log and the traces of this process.
///
/// ```no_run
/// # use skeleton_runtime::config::Config;
/// use skeleton_runtime::telemetry::Telemetry;
///
/// # fn example(config: &Config) -> skeleton_runtime::Result<()> {
/// let telemetry = Telemetry::init(&config.log, config.telemetry.traces.as_ref(), "1.0.0")?;
/// telemetry.set_filter(Some("debug"))
/// # }
/// ```
pub struct Telemetry {
    filter: String,
    reload: Reload,
    #[cfg(feature = "otlp")]
    traces: Option<super::otlp::Traces>,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Telemetry")
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

impl Telemetry {
    /// Starts the log, before anything else. Spans are made from now on where `traces` says where they go, or where
    /// the log is for people and has them printed; `version` is the service's.
    ///
    /// # Errors
    ///
    /// If the filter does not parse, the process has a log already, or the traces' settings can't be used.
    pub fn init(
        log: &LogConfig,
        traces: Option<&TracesConfig>,
        version: &'static str,
    ) -> Result<Self> {
        let filter = EnvFilter::try_new(&log.filter).map_err(Error::internal)?;
        #[cfg(feature = "otlp")]
        let traces = match traces {
            Some(traces) => Some(super::otlp::Traces::new(traces, version)?),
            None if log.prints_spans && format(log) == LogFormat::Pretty => {
                Some(super::otlp::Traces::printed())
            }
            None => None,
        };
        #[cfg(feature = "otlp")]
        super::otlp::follow(&log.filter);
        #[cfg(feature = "otlp")]
        let started = match &traces {
            Some(traces) => beside_traces(log, filter, traces),
            None => alone(log, filter),
        };
        #[cfg(not(feature = "otlp"))]
        let started = {
            let _ = (traces, version);
            alone(log, filter)
        };
        Ok(Self {
            filter: log.filter.clone(),
            reload: started.map_err(Error::internal)?,
            #[cfg(feature = "otlp")]
            traces,
        })
    }

    /// Begins to send spans, within a runtime, and to log panics.
    pub fn start(&mut self) {
        super::panics::watch();
        #[cfg(feature = "otlp")]
        if let Some(traces) = &mut self.traces {
            traces.start();
        }
    }

    /// Sends the last spans. A collector that does not answer holds it up for five seconds at most.
    #[cfg_attr(
        not(feature = "otlp"),
        expect(clippy::unused_async, reason = "as with the feature")
    )]
    pub async fn end(&mut self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = &mut self.traces {
            traces.end().await;
        }
    }

    /// Changes what is logged: `filter` is as `RUST_LOG`; without one it is that of the start.
    ///
    /// # Errors
    ///
    /// If the filter does not parse; then the old one stays.
    pub fn set_filter(&self, filter: Option<&str>) -> Result<()> {
        let levels = filter.unwrap_or(&self.filter);
        let filter = EnvFilter::try_new(levels).map_err(Error::internal)?;
        (self.reload)(filter).map_err(Error::internal)?;
        #[cfg(feature = "otlp")]
        super::otlp::follow(levels);
        Ok(())
    }
}

/// The log alone: one filter for all, which costs least.
fn alone(log: &LogConfig, filter: EnvFilter) -> Result<Reload, TryInitError> {
    let (filter, handle) = reload::Layer::new(filter);
    let registry = Registry::default().with(filter);
    match format(log) {
        LogFormat::Pretty => registry
            .with(super::pretty(io::stderr, color(log)))
            .try_init(),
        LogFormat::Json => registry.with(super::json(io::stderr)).try_init(),
    }?;
    Ok(Box::new(move |filter| handle.reload(filter)))
}

/// The log beside the traces, which have a filter of their own: to log less is not to trace less.
#[cfg(feature = "otlp")]
fn beside_traces(
    log: &LogConfig,
    filter: EnvFilter,
    traces: &super::otlp::Traces,
) -> Result<Reload, TryInitError> {
    let (filter, handle) = reload::Layer::new(filter);
    let registry = Registry::default().with(traces.layer());
    match format(log) {
        LogFormat::Pretty => registry
            .with(super::pretty(io::stderr, color(log)).with_filter(filter))
            .try_init(),
        LogFormat::Json => registry
            .with(super::json(io::stderr).with_filter(filter))
            .try_init(),
    }?;
    Ok(Box::new(move |filter| handle.reload(filter)))
}

fn format(log: &LogConfig) -> LogFormat {
    log.format.unwrap_or(if io::stderr().is_terminal() {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    })
}

/// Whether the log is read by people as it is written.
pub(crate) fn is_for_people(log: &LogConfig) -> bool {
    format(log) == LogFormat::Pretty
}

fn color(log: &LogConfig) -> bool {
    log.color && io::stderr().is_terminal()
}

/// What became of the spans of this process, where they are exported.
pub(crate) fn count_spans(exposition: &mut Exposition) {
    #[cfg(all(feature = "otlp", feature = "metrics"))]
    if let Some(counts) = super::otlp::counts() {
        use super::metrics::{float, names};
        let figures = [
            (
                names::SPANS_MADE,
                "Spans that were made to be sent.",
                counts.made,
            ),
            (
                names::SPANS_SENT,
                "Spans that the collector took.",
                counts.sent,
            ),
            (
                names::SPANS_LOST,
                "Spans that found no room, or that the collector did not take.",
                counts.lost,
            ),
        ];
        for (name, help, count) in figures {
            exposition.counter(name, help, float(count));
        }
    }
    #[cfg(not(all(feature = "otlp", feature = "metrics")))]
    let _ = exposition;
}
