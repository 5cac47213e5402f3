//! Runs a group: one transaction, a savepoint for each, and answers after its commit.

use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::result::{DatabaseErrorKind, Error};

use super::job::{Answer, Job};
use crate::db::prepared::Prepared;
use crate::db::sqlite::{SqliteHandle, unusable};
use crate::db::statement::Statement;

/// How many share a transaction at most.
const MOST: usize = 64;
/// How long others get in, after the first one began. The last of them may take longer.
const OPEN_FOR: Duration = Duration::from_millis(5);

const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const SAVEPOINT: &str = "SAVEPOINT one";
const UNDO: &str = "ROLLBACK TO one";
const RELEASE: &str = "RELEASE one";

/// Runs those that are in line, as many as may share a transaction.
pub(super) fn group(handle: &mut SqliteHandle, next: &dyn Fn() -> Option<Job>) {
    let Some(first) = next() else {
        return;
    };
    match next() {
        None => alone(handle, first),
        Some(second) => together(handle, [first, second], next),
    }
}

/// Its commit is that of the statement.
fn alone(handle: &mut SqliteHandle, mut job: Job) {
    let answer = run_alone(handle, &mut job);
    job.answer(answer);
}

fn run_alone(handle: &mut SqliteHandle, job: &mut Job) -> Answer {
    if !handle.is_in_place() {
        return Ok(Err(unusable::moved()));
    }
    match job.run(handle) {
        Ok(Ok(())) if !handle.is_in_place() => Ok(Err(unusable::moved())),
        ran => ran,
    }
}

/// Nobody is answered before the commit: even a refusal may be about a row that is of the same group.
fn together(handle: &mut SqliteHandle, first: [Job; 2], next: &dyn Fn() -> Option<Job>) {
    let mut done = Vec::with_capacity(MOST);
    let left = MOST - first.len();
    let began = Instant::now();
    let others = std::iter::from_fn(|| (began.elapsed() < OPEN_FOR).then(next).flatten());
    let mut jobs = first.into_iter().chain(others.take(left));
    match transaction(handle, &mut jobs, &mut done) {
        Ok(()) => {
            tracing::trace!(writes = done.len(), "written together");
            for (job, answer) in done {
                job.answer(answer);
            }
        }
        Err(error) => {
            let undone = done.into_iter().map(|(job, _)| job).chain(jobs);
            let error = handle.told(error);
            one_by_one(handle, undone, &error);
        }
    }
}

/// On an error nothing is written, and each job of `done` is as if it had not been run.
fn transaction(
    handle: &mut SqliteHandle,
    jobs: &mut dyn Iterator<Item = Job>,
    done: &mut Vec<(Job, Answer)>,
) -> QueryResult<()> {
    if !handle.is_in_place() {
        return Err(unusable::moved());
    }
    execute(handle, BEGIN)?;
    let committed = savepoints(handle, jobs, done).and_then(|()| execute(handle, COMMIT));
    if committed.is_err() {
        roll_back(handle);
    } else if !handle.is_in_place() {
        return Err(unusable::moved());
    }
    committed
}

fn savepoints(
    handle: &mut SqliteHandle,
    jobs: &mut dyn Iterator<Item = Job>,
    done: &mut Vec<(Job, Answer)>,
) -> QueryResult<()> {
    for mut job in jobs {
        let begun = execute(handle, SAVEPOINT);
        if let Err(error) = begun {
            done.push((job, Ok(Ok(()))));
            return Err(error);
        }
        let answer = job.run(handle);
        let stays = matches!(answer, Ok(Ok(()))) && !job.is_abandoned();
        done.push((job, answer));
        if !stays {
            execute(handle, UNDO)?;
        }
        execute(handle, RELEASE)?;
    }
    Ok(())
}

/// After this no transaction is open, or the connection is closed in the end.
fn roll_back(handle: &mut SqliteHandle) {
    // Some errors have rolled back already.
    let is_over = |error: &Error| matches!(error, Error::DatabaseError(_, information) if information.message().ends_with("no transaction is active"));
    if let Err(error) = handle.connection.batch_execute("ROLLBACK")
        && !is_over(&error)
    {
        tracing::debug!(%error, "a transaction could not be rolled back");
        handle.private = true;
    }
}

/// What failed for all may have been the fault of one: a reference that is looked at no sooner than at the commit, or a
/// trigger that rolls everything back. So each gets its own outcome, unless it is the file that can't be had.
fn one_by_one(handle: &mut SqliteHandle, jobs: impl Iterator<Item = Job>, error: &Error) {
    let mut unusable = (is_unusable(error) || handle.private).then(|| error.to_string());
    for mut job in jobs {
        if job.is_abandoned() {
            continue;
        }
        if let Some(why) = &unusable {
            job.answer(Ok(Err(out_of_reach(why))));
            continue;
        }
        let answer = run_alone(handle, &mut job);
        if let Ok(Err(error)) = &answer {
            unusable = is_unusable(error).then(|| error.to_string());
        }
        job.answer(answer);
    }
}

fn is_unusable(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, _)
    )
}

fn out_of_reach(why: &str) -> Error {
    Error::DatabaseError(
        DatabaseErrorKind::UnableToSendCommand,
        Box::new(why.to_owned()),
    )
}

fn execute(handle: &mut SqliteHandle, sql: &'static str) -> QueryResult<()> {
    let statement = Statement::new(sql);
    let prepared = Prepared {
        statement: &statement,
    };
    handle
        .connection
        .execute_returning_count(&prepared)
        .map(drop)
}
