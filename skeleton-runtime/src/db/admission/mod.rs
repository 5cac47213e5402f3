//! Admission in front of the database: how many may wait for a connection.
//!
//! Whatever a service has too much to do with, its requests end up waiting here, so here is where it sees that there are
//! too many, and where it says so before the dear part of the work. The limit follows the wait itself, which is nothing
//! as long as there are connections enough: routes as different as a lookup and a report need no latency of their own to
//! be compared with.

mod passes;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::ops::Deref;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Object, Pool, PoolError};
use tokio::sync::Notify;

use crate::config::DatabaseConfig;
use crate::{Error, Result};
pub(super) use passes::Door;
pub(crate) use passes::Passes;

/// What a client without a connection is told to wait.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long is looked at before the limit moves.
const WINDOW: Duration = Duration::from_millis(100);
/// As many may always wait, however few connections there are: a wait this short is worth more than an answer.
const ALWAYS: usize = 16;
/// How long nobody must have been refused before the log says that it is over.
const CALM: Duration = Duration::from_secs(5);

const UNKNOWN: u64 = u64::MAX;

/// The queue in front of a pool.
#[derive(Debug)]
pub(super) struct Admission {
    door: Door,
    least: usize,
    most: usize,
    /// In microseconds.
    target: u64,
    opened: Instant,
    /// Those who have come and were not refused, and those who have gone: the first to come is the first to go.
    entered: AtomicUsize,
    left: AtomicUsize,
    shortened: Notify,
    limit: AtomicUsize,
    /// The shortest wait of this window, in microseconds.
    shortest: AtomicU64,
    /// The end of this window, in microseconds since it was opened.
    window_ends: AtomicU64,
    /// Whether even the shortest wait of the last window was above the target.
    was_long: AtomicBool,
    /// Of those who have gone, at the end of the last window.
    served_before: AtomicU64,
    refused: AtomicU64,
    last_refusal: AtomicU64,
    is_refusing: AtomicBool,
}

impl Admission {
    /// For a pool of `size` connections.
    pub(super) fn new(door: Door, size: usize, config: &DatabaseConfig) -> Self {
        let most = config.queue_size.max(1);
        Self {
            door,
            least: size.max(ALWAYS).min(most),
            most,
            target: micros(config.queue_target),
            opened: Instant::now(),
            entered: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            shortened: Notify::new(),
            limit: AtomicUsize::new(most),
            shortest: AtomicU64::new(UNKNOWN),
            window_ends: AtomicU64::new(micros(WINDOW)),
            was_long: AtomicBool::new(false),
            served_before: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            last_refusal: AtomicU64::new(0),
            is_refusing: AtomicBool::new(false),
        }
    }

    /// How many may wait at this moment.
    pub(super) fn limit(&self) -> usize {
        self.limit.load(Ordering::Relaxed)
    }

    /// How many have been refused.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn enter(&self) -> Result<Waiting<&Self>> {
        Waiting::enter(self)
    }

    /// Whether more are before it than may wait.
    fn is_beyond(&self, place: Place) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        let before = place.number.wrapping_sub(left).cast_signed();
        !place.may_stay && usize::try_from(before).is_ok_and(|before| before >= self.limit())
    }

    /// Comes to an end where the queue is made too short for it: what would be refused by now has no reason to wait on.
    pub(super) async fn is_cut(&self, place: Place) {
        loop {
            let mut shortened = pin!(self.shortened.notified());
            // From before the look on, or a change between the two would not be heard.
            shortened.as_mut().enable();
            if self.is_beyond(place) {
                return;
            }
            shortened.await;
        }
    }

    /// How many have had their turn since this was last asked.
    fn served_since_last_time(&self) -> u64 {
        // Whoever asks is about to leave.
        let served = self.left.load(Ordering::Relaxed).wrapping_add(1) as u64;
        let before = self.served_before.swap(served, Ordering::Relaxed);
        served.saturating_sub(before)
    }

    fn waiting(&self) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        let waiting = self.entered.load(Ordering::Relaxed).wrapping_sub(left);
        // Read at two moments, it may seem less than none.
        usize::try_from(waiting.cast_signed()).unwrap_or(0)
    }

    #[cold]
    fn refuse(&self) -> Error {
        self.refused.fetch_add(1, Ordering::Relaxed);
        self.last_refusal
            .store(micros(self.opened.elapsed()), Ordering::Relaxed);
        if !self.is_refusing.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                waiting = self.waiting(),
                limit = self.limit(),
                "more is asked for than the database can answer; requests are refused"
            );
        }
        Error::overloaded(RETRY_AFTER)
    }

    /// Takes note of a wait that is over.
    fn note(&self, wait: Duration, now: u64) {
        let wait = micros(wait);
        if wait < self.shortest.load(Ordering::Relaxed) {
            self.shortest.fetch_min(wait, Ordering::Relaxed);
        }
        let ends = self.window_ends.load(Ordering::Relaxed);
        if now < ends {
            return;
        }
        let next = now + micros(WINDOW);
        let turned =
            self.window_ends
                .compare_exchange(ends, next, Ordering::Relaxed, Ordering::Relaxed);
        if turned.is_ok() {
            self.adapt(now, now + micros(WINDOW) - ends);
        }
    }

    /// Where even the shortest wait was above the target in two windows on end, the queue stands: it is cut by as much as
    /// that wait was too long, and to those who can have their turn within the target. One such window is a disk that
    /// held its breath. Else the queue may grow, by its root.
    fn adapt(&self, now: u64, window: u64) {
        let shortest = self.shortest.swap(UNKNOWN, Ordering::Relaxed);
        let served = self.served_since_last_time();
        let limit = self.limit();
        let is_long = shortest > self.target;
        let was_long = self.was_long.swap(is_long, Ordering::Relaxed);
        let adapted = if is_long && !was_long {
            limit
        } else if is_long {
            let queued = limit.min(self.waiting()) as u64;
            let too_long = queued.saturating_mul(self.target) / shortest;
            let in_time = served.saturating_mul(self.target) / window.max(1);
            usize::try_from(too_long.min(in_time)).unwrap_or(limit)
        } else {
            limit + limit.isqrt()
        };
        let adapted = adapted.clamp(self.least, self.most);
        self.limit.store(adapted, Ordering::Relaxed);
        if adapted < limit {
            self.shortened.notify_waiters();
        }
        let since_refusal = now.saturating_sub(self.last_refusal.load(Ordering::Relaxed));
        if since_refusal > micros(CALM) && self.is_refusing.swap(false, Ordering::Relaxed) {
            tracing::info!(
                refused = self.refused(),
                "the database keeps up again; no request is refused"
            );
        }
    }
}

/// Where in the queue somebody waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    number: usize,
    /// Whether it is of no request, or of one that was let in before.
    may_stay: bool,
}

/// Somebody who waits, until the connection is there or nobody wants it any more.
#[derive(Debug)]
pub(super) struct Waiting<Q: Deref<Target = Admission>> {
    queue: Q,
    place: Place,
    since: Instant,
    /// Whether the end of the wait tells anything of the queue.
    is_telling: bool,
    is_refused: bool,
}

impl<Q: Deref<Target = Admission>> Waiting<Q> {
    /// Gets in line, unless there are too many.
    pub(super) fn enter(queue: Q) -> Result<Self> {
        let door = queue.door;
        let place = Place {
            number: queue.entered.fetch_add(1, Ordering::Relaxed),
            may_stay: !Passes::current().is_to_be_asked(door),
        };
        let mut waiting = Self {
            queue,
            place,
            since: Instant::now(),
            is_telling: true,
            is_refused: false,
        };
        if waiting.queue.is_beyond(place) {
            return Err(waiting.refuse());
        }
        if !place.may_stay {
            Passes::let_in(door);
        }
        Ok(waiting)
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// It gets no turn: what is told of that is nothing of how long others wait.
    fn refuse(&mut self) -> Error {
        self.is_telling = false;
        self.is_refused = true;
        self.queue.refuse()
    }

    /// It gets no turn, for the queue was made too short.
    pub(super) fn cut(mut self) -> Error {
        self.refuse()
    }

    /// Its turn has come, or its patience is over.
    pub(super) fn ended(&mut self) {
        self.is_telling = false;
        let wait = self.since.elapsed();
        let now = micros(self.since.duration_since(self.queue.opened)) + micros(wait);
        self.queue.note(wait, now);
    }
}

impl<Q: Deref<Target = Admission>> Drop for Waiting<Q> {
    fn drop(&mut self) {
        // Who gives up would have waited at least as long.
        if self.is_telling && micros(self.since.elapsed()) > self.queue.target {
            self.ended();
        }
        // The refused go from the end of the line, all others from its front.
        if self.is_refused {
            self.queue.entered.fetch_sub(1, Ordering::Relaxed);
        } else {
            self.queue.left.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A connection of the pool, once it is this one's turn.
pub(super) async fn take<M>(pool: &Pool<M>, queue: &Admission) -> Result<Object<M>>
where
    M: Manager,
    M::Error: Display,
{
    let mut waiting = queue.enter()?;
    let taken = tokio::select! {
        // A connection that is there is taken, before anything else is looked at.
        biased;
        taken = pool.get() => taken,
        () = queue.is_cut(waiting.place()) => return Err(waiting.cut()),
    };
    match &taken {
        Ok(_) | Err(PoolError::Timeout(_)) => waiting.ended(),
        Err(_) => waiting.is_telling = false,
    }
    taken.map_err(|error| told(&error))
}

/// What a request is told that got no connection.
pub(super) fn told<E: Display>(error: &PoolError<E>) -> Error {
    match error {
        PoolError::Timeout(_) | PoolError::Closed => {
            Error::unavailable(RETRY_AFTER, error.to_string())
        }
        // Without the pool's own words, which only tell that there is no connection.
        PoolError::Backend(error) => no_connection(error),
        other => no_connection(other),
    }
}

fn no_connection(why: &dyn Display) -> Error {
    Error::unavailable(RETRY_AFTER, format!("no connection to the database: {why}"))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
