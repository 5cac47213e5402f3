//! What is seen from outside, each second, and the faults meanwhile.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::faults::Fault;
use super::side::{Second, Side};

/// What is seen of a service within a second, and at its end.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Since the beginning.
    pub(crate) at: Duration,
    pub(crate) second: Second,
    /// Resident, in KiB.
    pub(crate) memory: u32,
    pub(crate) descriptors: u32,
    pub(crate) threads: u32,
}

/// When something was broken.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) fault: Fault,
    pub(crate) from: Duration,
    pub(crate) to: Duration,
}

impl Window {
    pub(crate) fn length(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

/// Looks at a service each second.
pub(crate) async fn watch(side: Arc<Side>, span: Duration) -> Vec<Sample> {
    let began = Instant::from_std(side.began);
    let mut samples = Vec::new();
    for second in 1..=span.as_secs() {
        sleep_until(began + Duration::from_secs(second)).await;
        samples.push(Sample {
            at: side.began.elapsed(),
            second: side.second(),
            memory: u32::try_from(side.service.figure("VmRSS")).unwrap(),
            descriptors: u32::try_from(side.service.descriptors()).unwrap(),
            threads: u32::try_from(side.service.figure("Threads")).unwrap(),
        });
    }
    samples
}

/// Breaks things in turn, one each period, a quarter of it long; when that was, and what was wrong with it.
pub(crate) async fn breaks(
    side: Arc<Side>,
    faults: &'static [Fault],
    period: Duration,
    span: Duration,
) -> (Vec<Window>, Vec<String>) {
    let began = Instant::from_std(side.began);
    let (mut windows, mut wrong) = (Vec::new(), Vec::new());
    for (number, fault) in (0..).zip(faults.iter().cycle()) {
        let start = period * number;
        if start + period > span {
            break;
        }
        sleep_until(began + start + period / 6).await;
        let from = side.began.elapsed();
        wrong.extend(fault.happen(&side, period / 4).await);
        let to = side.began.elapsed();
        windows.push(Window {
            fault: *fault,
            from,
            to,
        });
    }
    (windows, wrong)
}

/// All samples as CSV.
pub(crate) fn table(sides: &[(&str, &[Sample])]) -> String {
    let names = "database,seconds,answers,refused,p50_ms,p99_ms,rss_kib,descriptors,threads\n";
    let mut text = names.to_owned();
    for (name, samples) in sides {
        for Sample {
            at,
            second,
            memory,
            descriptors,
            threads,
        } in *samples
        {
            let Second {
                answers,
                refused,
                p50,
                p99,
            } = second;
            let (p50, p99) = (p50.as_secs_f64() * 1e3, p99.as_secs_f64() * 1e3);
            let at = at.as_secs_f64();
            let _ = writeln!(
                text,
                "{name},{at:.1},{answers},{refused},{p50:.1},{p99:.1},{memory},{descriptors},{threads}"
            );
        }
    }
    text
}
