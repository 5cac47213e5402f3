//! How busy connections are.

use deadpool::managed::{Manager, Pool};

use super::admission::Admission;

/// How busy the connections are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolStatus {
    /// How many there may be.
    pub max_size: usize,
    /// How many there are.
    pub size: usize,
    /// How many of them nobody holds.
    pub idle: usize,
    /// How many tasks wait for one.
    pub waiting: usize,
    /// How many may wait at this moment.
    pub queue_limit: usize,
    /// How many requests were refused since the start, for too many waited.
    pub refused: u64,
}

impl PoolStatus {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            max_size: self.max_size + other.max_size,
            size: self.size + other.size,
            idle: self.idle + other.idle,
            waiting: self.waiting + other.waiting,
            queue_limit: self.queue_limit + other.queue_limit,
            refused: self.refused + other.refused,
        }
    }

    /// That of one pool.
    pub(super) fn of<M: Manager>(pool: &Pool<M>, queue: &Admission) -> Self {
        let status = pool.status();
        Self {
            max_size: status.max_size,
            size: status.size,
            idle: status.available,
            waiting: status.waiting,
            queue_limit: queue.limit(),
            refused: queue.refused(),
        }
    }
}
