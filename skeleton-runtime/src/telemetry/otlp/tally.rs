//! What became of the spans: each is made, and then sent or lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanProcessor,
};

/// As many as wait at most: about 16 MB.
const CAPACITY: usize = 16_384;
/// As many as go in one request.
const BATCH: usize = 512;
/// A span that is looked for should not be long in coming.
const DELAY: Duration = Duration::from_secs(1);

/// The counts of a process. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Those in the queue, and in the batch under way.
    waiting: AtomicUsize,
    made: AtomicU64,
    sent: AtomicU64,
    lost: AtomicU64,
    /// Of the batch under way: what the collector threw away.
    rejected: AtomicU64,
    is_failing: AtomicBool,
    is_ending: AtomicBool,
}

/// What became of the spans.
#[cfg(feature = "metrics")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) struct Counts {
    pub(in crate::telemetry) made: u64,
    pub(in crate::telemetry) sent: u64,
    pub(in crate::telemetry) lost: u64,
}

impl Tally {
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn rejected(&self, count: u64) {
        self.0.rejected.store(count, Ordering::Relaxed);
    }

    /// From now on nothing is tried a second time.
    pub(super) fn end(&self) {
        self.0.is_ending.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.0.is_ending.load(Ordering::Relaxed)
    }

    /// Tells of the collector: once for each change, not once for each batch.
    pub(super) fn told(&self, failure: Option<&str>) {
        let was_failing = self.0.is_failing.swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(reason) if !was_failing => tracing::warn!(
                reason,
                "the collector does not take spans; those that find no room in the queue are lost"
            ),
            None if was_failing => tracing::info!("the collector takes spans again"),
            _ => {}
        }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn counts(&self) -> Counts {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            made: count(&self.0.made),
            sent: count(&self.0.sent),
            lost: count(&self.0.lost),
        }
    }

    /// Whether there is room for one more.
    fn take_in(&self) -> bool {
        self.0.made.fetch_add(1, Ordering::Relaxed);
        let has_room = self.0.waiting.fetch_add(1, Ordering::Relaxed) < CAPACITY;
        if !has_room {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            self.0.lost.fetch_add(1, Ordering::Relaxed);
        }
        has_room
    }

    fn let_go(&self, count: usize, outcome: &OTelSdkResult) {
        let all = count as u64;
        let lost = match outcome {
            Ok(()) => self.0.rejected.swap(0, Ordering::Relaxed).min(all),
            Err(_) => all,
        };
        self.0.sent.fetch_add(all - lost, Ordering::Relaxed);
        self.0.lost.fetch_add(lost, Ordering::Relaxed);
        self.0.waiting.fetch_sub(count, Ordering::Relaxed);
    }
}

/// The SDK's queue with its thread, behind a count. What it does not take is counted before it would be dropped in
/// there, unseen.
#[derive(Debug)]
pub(super) struct Counted {
    queue: BatchSpanProcessor,
    tally: Tally,
}

impl Counted {
    pub(super) fn new(exporter: SpanExporter, tally: Tally) -> Self {
        let exporter = Counting {
            exporter,
            tally: tally.clone(),
        };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(CAPACITY)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY)
            .build();
        let queue = BatchSpanProcessor::builder(exporter)
            .with_batch_config(config)
            .build();
        Self { queue, tally }
    }
}

impl SpanProcessor for Counted {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if self.tally.take_in() {
            self.queue.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.queue.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.queue.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.queue.set_resource(resource);
    }
}

#[derive(Debug)]
struct Counting {
    exporter: SpanExporter,
    tally: Tally,
}

impl opentelemetry_sdk::trace::SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        let outcome = self.exporter.export(batch).await;
        self.tally.let_go(count, &outcome);
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::error::OTelSdkError;

    use super::*;

    #[test]
    fn a_span_is_sent_or_lost_once() {
        let tally = Tally::default();
        let taken = (0..CAPACITY + 3).filter(|_| tally.take_in()).count();
        assert_eq!(taken, CAPACITY);
        assert_eq!(tally.waiting(), CAPACITY);
        tally.rejected(2);
        tally.let_go(BATCH, &Ok(()));
        tally.let_go(BATCH, &Ok(()));
        tally.let_go(BATCH, &Err(OTelSdkError::AlreadyShutdown));
        assert_eq!(tally.waiting(), CAPACITY - 3 * BATCH);
        assert!(tally.take_in(), "there is room again");
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (batch, capacity) = (BATCH as u64, CAPACITY as u64);
        assert_eq!(count(&tally.0.made), capacity + 4);
        assert_eq!(count(&tally.0.sent), 2 * batch - 2);
        assert_eq!(count(&tally.0.lost), 3 + 2 + batch);
    }
}
