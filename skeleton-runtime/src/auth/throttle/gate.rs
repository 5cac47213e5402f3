//! Attempts under way in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::CounterKey;
use crate::error::{Error, Result};

/// Lets a number of attempts for one key through at a time; others wait for their turn.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<HashMap<CounterKey, Arc<Semaphore>>>);

impl Gate {
    pub(super) async fn turn(&self, key: CounterKey, most: u32) -> Result<OwnedSemaphorePermit> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let most = most.min(Semaphore::MAX_PERMITS);
        let semaphore = {
            let mut semaphores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that nobody holds or waits for: now and then, so that it costs little.
            if semaphores.len() >= semaphores.capacity() {
                semaphores.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
            }
            let fresh = || Arc::new(Semaphore::new(most));
            Arc::clone(semaphores.entry(key).or_insert_with(fresh))
        };
        semaphore.acquire_owned().await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn key(number: u32) -> CounterKey {
        CounterKey(u128::from(number).to_be_bytes())
    }

    #[tokio::test]
    async fn others_wait_for_their_turn() {
        let gate = Gate::default();
        let first = gate.turn(key(1), 2).await.unwrap();
        let _second = gate.turn(key(1), 2).await.unwrap();
        let third = tokio::time::timeout(Duration::from_millis(5), gate.turn(key(1), 2));
        assert!(third.await.is_err());
        drop(gate.turn(key(2), 2).await.unwrap());
        drop(first);
        drop(gate.turn(key(1), 2).await.unwrap());
    }

    #[tokio::test]
    async fn what_nobody_holds_is_let_go() {
        let gate = Gate::default();
        let _held = gate.turn(key(0), 1).await.unwrap();
        for number in 1..10_000 {
            drop(gate.turn(key(number), 1).await.unwrap());
        }
        let left = gate.0.lock().unwrap().len();
        assert!(left < 100, "{left}");
        let again = tokio::time::timeout(Duration::from_millis(5), gate.turn(key(0), 1));
        assert!(again.await.is_err());
    }
}
