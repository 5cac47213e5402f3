//! How long statements take. One that has been quick each of the last times may stand before others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::db::prepared::KEPT_PER_CONNECTION;
use crate::db::statement::Statement;

/// What nobody behind it would notice.
const QUICK: Duration = Duration::from_millis(5);
/// How many times in a row it has to be quick.
const TIMES: u32 = 8;

/// One statement, by its text.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// How often it was quick since it was slow.
    times: AtomicU32,
}

impl Pace {
    pub(super) fn is_quick(&self) -> bool {
        self.times.load(Ordering::Relaxed) >= TIMES
    }

    /// It took as long as this, without the wait for those before it.
    pub(super) fn took(&self, time: Duration) {
        let times = self.times.load(Ordering::Relaxed);
        if time > QUICK {
            self.times.store(0, Ordering::Relaxed);
        } else if times < TIMES {
            self.times.store(times + 1, Ordering::Relaxed);
        }
    }
}

/// The statements that were met.
#[derive(Debug, Default)]
pub(super) struct Paces(RwLock<HashMap<String, Arc<Pace>>>);

impl Paces {
    /// That of a statement; `None` for one that is not likely to be met again.
    pub(super) fn of(&self, statement: &Statement) -> Option<Arc<Pace>> {
        if !statement.is_kept() {
            return None;
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = known.get(&*statement.sql) {
            return Some(Arc::clone(pace));
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT_PER_CONNECTION {
            known.clear();
        }
        let pace = known.entry(statement.sql.to_string()).or_default();
        Some(Arc::clone(pace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_quick_after_some_times_and_until_it_is_slow_once() {
        let paces = Paces::default();
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
        let paces = Paces::default();
        for number in 0..=KEPT_PER_CONNECTION {
            assert!(
                paces
                    .of(&Statement::new(format!("SELECT {number}")))
                    .is_some()
            );
        }
        assert_eq!(paces.0.read().unwrap().len(), 1);
        assert!(paces.of(&Statement::new("x".repeat(1 << 20))).is_none());
    }
}
