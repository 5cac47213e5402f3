//! How long statements take: what has been quick each of the last times is likely to be so again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
#[cfg(feature = "sqlite")]
use std::time::Instant;

use super::prepared::KEPT_PER_CONNECTION;
use super::statement::Statement;

/// How many times in a row a statement has to be quick.
pub(super) const TIMES: u32 = 8;

/// One statement, by its text.
#[derive(Debug)]
pub(super) struct Pace {
    /// What counts as quick.
    limit: Duration,
    /// How often it was quick since it was slow.
    times: AtomicU32,
}

impl Pace {
    fn new(limit: Duration) -> Self {
        let times = AtomicU32::default();
        Self { limit, times }
    }

    pub(super) fn is_quick(&self) -> bool {
        self.times.load(Ordering::Relaxed) >= TIMES
    }

    /// It took as long as this, without what it waited for.
    pub(super) fn took(&self, time: Duration) {
        let times = self.times.load(Ordering::Relaxed);
        if time > self.limit {
            self.times.store(0, Ordering::Relaxed);
        } else if times < TIMES {
            self.times.store(times + 1, Ordering::Relaxed);
        }
    }

    /// Does `work`, and notes how long that took.
    #[cfg(feature = "sqlite")]
    pub(super) fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        self.took(began.elapsed());
        done
    }
}

/// The statements that were met.
#[derive(Debug)]
pub(super) struct Paces {
    limit: Duration,
    known: RwLock<HashMap<String, Arc<Pace>>>,
}

impl Paces {
    /// `limit` is what counts as quick.
    pub(super) fn new(limit: Duration) -> Self {
        let known = RwLock::default();
        Self { limit, known }
    }

    /// That of a statement; `None` for one that is not likely to be met again.
    pub(super) fn of(&self, statement: &Statement) -> Option<Arc<Pace>> {
        if !statement.is_kept() {
            return None;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = known.get(&*statement.sql) {
            return Some(Arc::clone(pace));
        }
        drop(known);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT_PER_CONNECTION {
            known.clear();
        }
        let pace = known.entry(statement.sql.to_string());
        let pace = pace.or_insert_with(|| Arc::new(Pace::new(self.limit)));
        Some(Arc::clone(pace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_millis(5);

    #[test]
    fn a_statement_is_quick_after_some_times_and_until_it_is_slow_once() {
        let paces = Paces::new(QUICK);
        let of = || paces.of(&Statement::new("SELECT 1")).unwrap();
        for _ in 0..TIMES {
            assert!(!of().is_quick());
            of().took(QUICK);
        }
        assert!(of().is_quick());
        assert!(!paces.of(&Statement::new("SELECT 2")).unwrap().is_quick());
        of().took(QUICK * 2);
        assert!(!of().is_quick());
    }

    #[test]
    fn there_is_a_bound() {
        let paces = Paces::new(QUICK);
        for number in 0..=KEPT_PER_CONNECTION {
            assert!(
                paces
                    .of(&Statement::new(format!("SELECT {number}")))
                    .is_some()
            );
        }
        assert_eq!(paces.known.read().unwrap().len(), 1);
        assert!(paces.of(&Statement::new("x".repeat(1 << 20))).is_none());
    }
}
