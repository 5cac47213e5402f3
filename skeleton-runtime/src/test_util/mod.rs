//! For tests of applications: a fresh database for each test, on every database that is compiled in.
//!
//! [`#[skeleton_runtime::test]`](macro@crate::test) makes a test of an `async fn` with a [`TestApp`]; `Article::factory()`
//! makes rows ([`Factory`]); [`assert_queries!`](crate::assert_queries) counts statements;
//! [`conformance!`](crate::conformance) holds a resource to the contract.

mod app;
mod client;
mod conformance;
mod count;
mod database;
mod factory;
mod fake;
#[cfg(feature = "postgres")]
mod postgres;
mod request;
mod run;

use std::io::Write;
use std::{env, io, thread};

pub use app::TestApp;
pub use client::TestClient;
pub use conformance::{Check, Conformance, conform};
pub use count::{QueryCount, check_queries, count_queries};
pub use database::TestDatabase;
pub use factory::{Factory, FactoryOf, Fits, HasFactory, Makes};
pub use request::{TestRequest, TestResponse};
pub use run::{Outcome, run};

use crate::db::{Statement, record};

/// What `work` gives, and the statements that it sent to a database, in their order, for tests that ask the database
/// how it runs them.
///
/// Those of tasks that it spawned are not among them.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::test_util::{TestApp, statements};
///
/// # async fn example(app: &TestApp) {
/// let (_, sent) = statements(app.db().ping()).await;
/// assert_eq!(sent[0].sql, "SELECT 1");
/// # }
/// ```
pub async fn statements<T>(work: impl Future<Output = T>) -> (T, Vec<Statement>) {
    record(work).await
}

/// Tells that the current test leaves something out, as in `skip("PostgreSQL (no server)")`, so that nobody takes it
/// for passed.
///
/// ```no_run
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::test_util::skip;
///
/// if std::process::Command::new("psql").arg("--version").output().is_err() {
///     return skip("psql (not installed)");
/// }
/// ```
///
/// # Panics
///
/// With `CI=true` in the environment: there a test fails where it can't run.
pub fn skip(what: &str) {
    let is_ci = env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "skipped, which CI does not allow: {what}");
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    // Not `eprintln!`, whose output the test runner swallows when the test passes. Where standard error is closed
    // there is nobody to tell.
    let _ = writeln!(io::stderr(), "SKIPPED: {what}: {test}");
}
