//! What a service does beside its requests: small tasks, each once an hour.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::Result;
use crate::http::Shutdown;

const AN_HOUR: Duration = Duration::from_hours(1);

/// Of several instances that start together, each gets to work at another time.
const MOST_JITTER: f64 = 0.25;

type Work = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<usize>> + Send>> + Send + Sync>;

/// Tasks of the service's own, which begin with [`Upkeep::start`] and end with the shutdown.
pub(super) struct Upkeep {
    period: Duration,
    tasks: Vec<(&'static str, Work)>,
}

impl Upkeep {
    pub(super) fn new() -> Self {
        Self {
            period: AN_HOUR,
            tasks: Vec::new(),
        }
    }

    /// Adds a task. It gives how many things it cleared away, for the log; an error is logged, and the task runs again
    /// when its time comes.
    pub(super) fn task<F>(
        mut self,
        name: &'static str,
        work: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<usize>> + Send + 'static,
    {
        self.tasks.push((name, Arc::new(move || Box::pin(work()))));
        self
    }

    /// Begins the tasks, each in the background.
    pub(super) fn start(self, shutdown: &Shutdown) {
        for (name, work) in self.tasks {
            let (shutdown, period) = (shutdown.clone(), self.period);
            tokio::spawn(async move {
                tokio::select! {
                    () = shutdown.begun() => {}
                    () = repeat(name, work, period) => {}
                }
            });
        }
    }
}

async fn repeat(name: &'static str, work: Work, period: Duration) {
    // Soon after the start, for a process may not live for an hour; but not in its first moments.
    let mut pause = period.mul_f64(MOST_JITTER * fraction());
    loop {
        tokio::time::sleep(pause).await;
        // A panic is the end of this run alone.
        match tokio::spawn(work()).await {
            Ok(Ok(0)) => tracing::debug!(task = name, "upkeep: nothing to do"),
            Ok(Ok(count)) => tracing::info!(task = name, count, "upkeep"),
            Ok(Err(error)) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(task = name, %error, cause, "upkeep failed");
            }
            Err(error) => tracing::error!(task = name, %error, "upkeep panicked"),
        }
        pause = period.mul_f64(1.0 - MOST_JITTER * fraction());
    }
}

/// From 0 to 1.
fn fraction() -> f64 {
    let mut bytes = [0; 4];
    // Without random bytes there is no jitter, and nothing worse.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::mpsc;

    use super::*;
    use crate::Error;

    #[tokio::test]
    async fn tasks_repeat_whatever_happens_until_the_shutdown() {
        let (sender, mut runs) = mpsc::unbounded_channel();
        let count = Arc::new(AtomicUsize::new(0));
        let work = move || {
            let (run, sender) = (count.fetch_add(1, Ordering::SeqCst), sender.clone());
            async move {
                sender.send(run).map_err(Error::internal)?;
                match run {
                    0 => Err(Error::internal("a run that fails")),
                    1 => panic!("a run that panics"),
                    _ => Ok(run),
                }
            }
        };
        let mut upkeep = Upkeep::new().task("test", work);
        upkeep.period = Duration::from_millis(4);
        let shutdown = Shutdown::new();
        upkeep.start(&shutdown);
        for expected in 0..4 {
            assert_eq!(runs.recv().await, Some(expected));
        }
        shutdown.begin();
        // The channel closes when the task, which holds its end, is gone.
        while runs.recv().await.is_some() {}
    }

    #[test]
    fn jitter_is_a_fraction() {
        let fractions: Vec<_> = (0..100).map(|_| fraction()).collect();
        assert!(fractions.iter().all(|it| (0.0..=1.0).contains(it)));
        assert!(fractions.iter().any(|it| (it - fractions[0]).abs() > 0.01));
    }
}
