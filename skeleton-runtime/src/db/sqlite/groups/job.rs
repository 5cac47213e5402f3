//! One write of a group.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use diesel::QueryResult;
use diesel::result::Error as DieselError;
use tokio::sync::oneshot;
use tracing::Span;

use crate::Error;
use crate::db::admission::{Admission, Waiting};
use crate::db::instrument::Turn;
use crate::db::sqlite::SqliteHandle;
use crate::db::sqlite::work::Stop;

/// What is to be written. It may be asked to once more, where what it did was undone for another's sake.
pub(in crate::db::sqlite) type Work =
    dyn FnMut(&mut SqliteHandle, &Stop<'_>) -> QueryResult<()> + Send;

/// What became of it; an `Err` outside is a panic.
pub(in crate::db::sqlite) type Answer = thread::Result<QueryResult<()>>;

/// A write that waits, or runs.
pub(super) struct Job {
    pub(super) number: u64,
    pub(super) waiting: Waiting<Arc<Admission>>,
    work: Box<Work>,
    turn: Turn,
    answer: oneshot::Sender<Answer>,
    /// Its caller's.
    span: Span,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Job").field(&self.number).finish()
    }
}

impl Job {
    pub(super) fn new(
        waiting: Waiting<Arc<Admission>>,
        work: Box<Work>,
        turn: Turn,
        answer: oneshot::Sender<Answer>,
    ) -> Self {
        Self {
            number: 0,
            waiting,
            work,
            turn,
            answer,
            span: Span::current(),
        }
    }

    /// Whether its caller went away.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    /// Runs it, within the transaction that is open, or else by itself.
    pub(super) fn run(&mut self, handle: &mut SqliteHandle) -> Answer {
        self.turn.get_or_init(Instant::now);
        let _entered = self.span.enter();
        let (answer, work) = (&self.answer, &mut self.work);
        let caller_left = || answer.is_closed();
        let stop = Stop::new(&caller_left, handle.deadline());
        let ran = catch_unwind(AssertUnwindSafe(|| work(handle, &stop)));
        // Nobody knows what it left behind.
        handle.private |= ran.is_err();
        ran.map(|done| done.map_err(|error| handle.told(error)))
    }

    pub(super) fn answer(self, answer: Answer) {
        let _ = self.answer.send(answer);
    }

    /// It was never run.
    pub(super) fn refuse(self, error: Error) {
        self.answer(Ok(Err(DieselError::QueryBuilderError(Box::new(error)))));
    }
}
