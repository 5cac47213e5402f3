//! Writes that wait at the same moment share a transaction, and so its way to the disk.
//!
//! Most of what a small write takes is the wait for the disk at its commit. While one waits, others come to wait for the
//! writer; they are done next in one transaction, each in a savepoint of its own, and answered when their commit is on the
//! disk. Nobody waits for others to come: a write that is alone is run by itself.
//!
//! A write of one statement is all that is grouped, so that nothing but SQLite is waited for while a group is open, and
//! a group is as long as its statements are. Whatever opens a transaction of its own (hooks, `If-Match`,
//! `Idempotency-Key`, handlers) has the writer to itself, in line with the groups.

mod job;
mod run;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deadpool::managed::{Object, PoolError, TimeoutType};
use diesel::ConnectionError;
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::lease::give_back;
use super::{SqliteManager, SqlitePool};
use crate::db::admission::{Admission, Waiting, take, told};
use crate::db::instrument::Turn;
use crate::{Error, Result};

use job::Job;
pub(super) use job::{Answer, Work};

/// The writes of one statement that wait for the writer.
pub(in crate::db) struct Groups {
    pool: SqlitePool,
    queue: Arc<Admission>,
    /// How long a turn is waited for.
    patience: Duration,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    jobs: VecDeque<Job>,
    next: u64,
    /// Whether somebody sees to it that they are run.
    is_led: bool,
}

impl Groups {
    pub(in crate::db) fn new(pool: SqlitePool, queue: Arc<Admission>, patience: Duration) -> Self {
        Self {
            pool,
            queue,
            patience,
            line: Mutex::default(),
        }
    }

    /// How many writes wait for their turn.
    pub(in crate::db) fn waiting(&self) -> usize {
        let line = self.line();
        // For all of them one waits in the pool.
        let leader = usize::from(line.is_led).min(self.pool.status().waiting);
        line.jobs.len().saturating_sub(leader)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Whoever panicked left nothing half done: jobs are pushed and popped whole.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer, for whoever wants it alone.
    pub(super) async fn writer(&self) -> Result<Object<SqliteManager>> {
        take(&self.pool, &self.queue).await
    }

    /// Runs `work` with those that wait beside it. Its turn is told when it comes.
    ///
    /// Dropped before its turn, it is never run. Dropped while it runs, it is undone, unless its savepoint was released
    /// by then: then it stays, as with any database that is not waited for.
    ///
    /// # Errors
    ///
    /// 503 where it got no turn.
    pub(super) async fn run(self: &Arc<Self>, work: Box<Work>, turn: Turn) -> Result<Answer> {
        let waiting = Waiting::enter(self.queue.clone())?;
        let place = waiting.place();
        let (sender, mut answer) = oneshot::channel();
        let standing = self.stand(Job::new(waiting, work, turn, sender));
        tokio::select! {
            // An answer that is there is taken, before anything else is looked at.
            biased;
            answered = &mut answer => return answered.map_err(|_| stopped()),
            () = self.queue.is_cut(place) => if let Some(job) = standing.leave() {
                return Err(job.waiting.cut());
            },
            () = tokio::time::sleep(self.patience) => if let Some(mut job) = standing.leave() {
                job.waiting.ended();
                return Err(told::<ConnectionError>(&PoolError::Timeout(TimeoutType::Wait)));
            },
        }
        // Its turn came in the last moment.
        answer.await.map_err(|_| stopped())
    }

    fn stand(self: &Arc<Self>, mut job: Job) -> Standing<'_> {
        let mut line = self.line();
        job.number = line.next;
        line.next += 1;
        let number = job.number;
        line.jobs.push_back(job);
        let is_led = std::mem::replace(&mut line.is_led, true);
        drop(line);
        let standing = Standing {
            groups: self,
            number,
        };
        if !is_led {
            Lead(Some(self.clone())).on();
        }
        standing
    }

    /// The next whose caller is still there. Its turn has come.
    fn next(&self) -> Option<Job> {
        loop {
            let mut job = self.line().jobs.pop_front()?;
            if !job.is_abandoned() {
                job.waiting.ended();
                return Some(job);
            }
        }
    }
}

fn stopped() -> Error {
    Error::from(super::work::lost("the runtime stopped"))
}

/// A job that stands in line, or did; it leaves with its caller.
struct Standing<'a> {
    groups: &'a Groups,
    number: u64,
}

impl Standing<'_> {
    /// Takes the job out of the line, unless its turn has come.
    fn leave(&self) -> Option<Job> {
        let jobs = &mut self.groups.line().jobs;
        let place = jobs.binary_search_by_key(&self.number, |job| job.number);
        place.ok().and_then(|place| jobs.remove(place))
    }
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        drop(self.leave());
    }
}

/// Sees to it that those in line are run, as long as there are any. Gone once nobody is there.
///
/// Dropped with its work undone (its runtime was stopped), it dismisses those in line.
struct Lead(Option<Arc<Groups>>);

impl Lead {
    /// Takes the writer, now if it is free, and lets the first of the line work with it.
    fn on(self) {
        let Some(pool) = self.0.as_ref().map(|groups| groups.pool.clone()) else {
            return;
        };
        let mut taking = Box::pin(async move { pool.get().await });
        match taking.as_mut().now_or_never() {
            Some(taken) => self.with(taken),
            None => drop(tokio::spawn(async move { self.with(taking.await) })),
        }
    }

    fn with(self, taken: Result<Object<SqliteManager>, PoolError<ConnectionError>>) {
        match taken {
            Ok(writer) => drop(tokio::task::spawn_blocking(move || self.run(writer))),
            // Each of them has a patience of its own.
            Err(PoolError::Timeout(_)) => self.again(),
            Err(error) => self.dismiss(&error),
        }
    }

    /// Runs group after group, until nobody is in line, or another waits for the writer or its end.
    fn run(mut self, mut writer: Object<SqliteManager>) {
        let Some(groups) = self.0.clone() else {
            return;
        };
        loop {
            run::group(&mut writer, &|| groups.next());
            if self.steps_down() {
                return give_back(writer);
            }
            let is_wanted = groups.pool.is_closed() || groups.pool.status().waiting > 0;
            if is_wanted || writer.is_unfit() {
                give_back(writer);
                return self.on();
            }
        }
    }

    fn again(mut self) {
        if !self.steps_down() {
            drop(tokio::spawn(async move { self.on() }));
        }
    }

    /// Whether nobody is in line.
    fn steps_down(&mut self) -> bool {
        let Some(groups) = &self.0 else {
            return true;
        };
        let mut line = groups.line();
        if !line.jobs.is_empty() {
            return false;
        }
        line.is_led = false;
        drop(line);
        self.0 = None;
        true
    }

    /// There is no writer to be had.
    fn dismiss(mut self, error: &PoolError<ConnectionError>) {
        for job in self.resign() {
            job.refuse(told(error));
        }
    }

    fn resign(&mut self) -> VecDeque<Job> {
        let Some(groups) = self.0.take() else {
            return VecDeque::new();
        };
        let mut line = groups.line();
        line.is_led = false;
        std::mem::take(&mut line.jobs)
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        drop(self.resign());
    }
}
