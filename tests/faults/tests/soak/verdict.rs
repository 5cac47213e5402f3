//! What the figures are held to.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::side::Miss;
use super::watch::{Sample, Window};

/// For a database that is back to be found, and for the answers that are under way.
const GRACE: Duration = Duration::from_secs(3);

/// What became of a figure while everything broke again and again.
#[derive(Debug)]
pub(crate) struct Growth {
    pub(crate) before: u32,
    pub(crate) after: u32,
}

impl Growth {
    /// The medians of two windows: the first after the warm-up, in which every fault has been once, and the last. Each is
    /// as long as all faults take once, so that both have the same in them.
    pub(crate) fn of(samples: &[Sample], turn: usize, figure: impl Fn(&Sample) -> u32) -> Self {
        let median = |samples: &[Sample]| {
            let mut figures: Vec<_> = samples.iter().map(&figure).collect();
            figures.sort_unstable();
            figures[figures.len() / 2]
        };
        assert!(samples.len() >= 3 * turn, "every fault happens three times");
        Self {
            before: median(&samples[turn..2 * turn]),
            after: median(&samples[samples.len() - turn..]),
        }
    }

    /// By how many per cent it is more.
    pub(crate) fn percent(&self) -> f64 {
        (f64::from(self.after) / f64::from(self.before) - 1.0) * 100.0
    }
}

impl Display for Growth {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { before, after } = self;
        write!(f, "{before} to {after} ({:+.1} %)", self.percent())
    }
}

/// Those that no fault excuses.
pub(crate) fn unexplained<'a>(misses: &'a [Miss], windows: &[Window]) -> Vec<&'a Miss> {
    let is_explained = |miss: &&Miss| {
        let Ok(status) = miss.outcome else {
            return false;
        };
        let mut meanwhile = windows.iter();
        miss.is_polite
            && meanwhile.any(|window| {
                miss.sent <= window.to + GRACE
                    && miss.ended >= window.from
                    && window.fault.excuses(miss.need, status)
            })
    };
    misses.iter().filter(|miss| !is_explained(miss)).collect()
}
