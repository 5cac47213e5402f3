//! Spans that ended, until they are sent.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::Notify;

/// As many as wait at most: about 16 MB.
const CAPACITY: usize = 16_384;
/// As many as wake the sender.
pub(super) const BATCH: usize = 512;

/// Spans that ended. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans(Arc<State>);

#[derive(Debug, Default)]
struct State {
    waiting: Mutex<Vec<SpanData>>,
    enough: Notify,
    closed: AtomicBool,
    made: AtomicU64,
    sent: AtomicU64,
    lost: AtomicU64,
}

/// What became of the spans.
#[cfg(feature = "metrics")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) struct Counts {
    pub(in crate::telemetry) made: u64,
    pub(in crate::telemetry) sent: u64,
    pub(in crate::telemetry) lost: u64,
}

impl Spans {
    fn put(&self, span: SpanData) {
        self.0.made.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self
            .0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= CAPACITY {
            drop(waiting);
            self.lost(1);
            return;
        }
        waiting.push(span);
        if waiting.len() == BATCH {
            self.0.enough.notify_one();
        }
    }

    /// Takes all that wait.
    pub(super) fn take(&self) -> Vec<SpanData> {
        std::mem::take(
            &mut *self
                .0
                .waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    pub(super) fn len(&self) -> usize {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Waits until there is a batch, or the end.
    pub(super) async fn enough(&self) {
        if !self.is_closed() && self.len() < BATCH {
            self.0.enough.notified().await;
        }
    }

    /// No more spans are waited for.
    pub(super) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        // Kept for a sender that does not wait yet.
        self.0.enough.notify_one();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    pub(super) fn sent(&self, count: u64) {
        self.0.sent.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn lost(&self, count: u64) {
        self.0.lost.fetch_add(count, Ordering::Relaxed);
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
}

/// Puts spans into the queue, on the thread where they end.
#[derive(Debug)]
pub(super) struct Queue(Spans);

impl Queue {
    pub(super) const fn new(spans: Spans) -> Self {
        Self(spans)
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.put(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
