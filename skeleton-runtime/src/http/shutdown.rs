//! The end of the service, known to everyone who must know.

use std::io;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tracing::{info, warn};

use crate::{Error, Result};

/// A switch that is turned once: from then on the service is not ready and winds down. Clones share it.
///
/// ```
/// use skeleton_runtime::http::Shutdown;
///
/// let shutdown = Shutdown::new();
/// let elsewhere = shutdown.clone();
/// shutdown.begin();
/// assert!(elsewhere.has_begun());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Shutdown(Arc<State>);

#[derive(Debug, Default)]
struct State {
    begun: AtomicBool,
    changed: Notify,
}

impl Shutdown {
    /// A switch that is not turned.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the shutdown. Further calls do nothing.
    pub fn begin(&self) {
        self.0.begun.store(true, Ordering::Release);
        self.0.changed.notify_waiters();
    }

    /// Whether the shutdown has begun.
    pub fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Acquire)
    }

    /// Waits for the beginning.
    pub async fn begun(&self) {
        // Registered before the look, or a beginning between the two would go unheard.
        let mut changed = std::pin::pin!(self.0.changed.notified());
        changed.as_mut().enable();
        if !self.has_begun() {
            changed.await;
        }
    }

    /// Begins the shutdown on SIGTERM or SIGINT; a second signal ends the process at once.
    ///
    /// # Errors
    ///
    /// If the system does not let signals be listened to.
    pub fn on_signals(&self) -> Result<()> {
        let mut signals = Signals::listen().map_err(Error::internal)?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            let (name, _) = signals.next().await;
            info!(
                signal = name,
                "shutting down; a second signal ends the process at once"
            );
            shutdown.begin();
            let (name, exit_code) = signals.next().await;
            warn!(signal = name, "ended at once");
            process::exit(exit_code);
        });
        Ok(())
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The signal, and the exit code by which shells tell that it ended a process: 128 and its number.
    async fn next(&mut self) -> (&'static str, i32) {
        tokio::select! {
            _ = self.terminate.recv() => ("SIGTERM", 128 + 15),
            _ = self.interrupt.recv() => ("SIGINT", 128 + 2),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> (&'static str, i32) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        ("Ctrl-C", 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everyone_hears_of_the_beginning() {
        let shutdown = Shutdown::new();
        assert!(!shutdown.has_begun());
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.begun().await }
        });
        tokio::task::yield_now().await;
        shutdown.begin();
        waiting.await.unwrap();
        assert!(shutdown.has_begun());
        // Who asks late is told at once.
        shutdown.begun().await;
    }

    /// One signal only: a second would end the tests.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_signal_begins_the_shutdown() {
        let shutdown = Shutdown::new();
        shutdown.on_signals().unwrap();
        let id = process::id().to_string();
        let sent = process::Command::new("sh")
            .args(["-c", &format!("kill -TERM {id}")])
            .status();
        assert!(sent.unwrap().success());
        shutdown.begun().await;
        assert!(shutdown.has_begun());
    }
}
