//! The log as tests see it.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Registry};

use super::{json, pretty};

/// Collects what this thread logs.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    /// Lines of JSON, until the guard is dropped.
    pub(crate) fn json() -> (Self, DefaultGuard) {
        let capture = Self::default();
        let writer = capture.clone();
        let subscriber = Registry::default().with(EnvFilter::new("info"));
        (
            capture,
            start(subscriber.with(json(move || writer.clone()))),
        )
    }

    /// Lines for people, without colors.
    pub(crate) fn pretty() -> (Self, DefaultGuard) {
        let capture = Self::default();
        let writer = capture.clone();
        let subscriber = Registry::default().with(EnvFilter::new("info"));
        (
            capture,
            start(subscriber.with(pretty(move || writer.clone(), false))),
        )
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// While there is one subscriber alone, tracing asks that of the thread which comes to a line first, and remembers the
/// answer: a thread without one would silence the line for all. A second subscriber makes it ask every one.
fn start(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(Registry::default()));
    tracing::subscriber::set_default(subscriber)
}

impl io::Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
