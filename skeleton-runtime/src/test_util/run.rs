//! What `#[skeleton_runtime::test]` and `conformance!` run.

use std::fmt::Debug;

use crate::app::App;
use crate::db::AnyBackend;

use super::TestApp;

/// What a test may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a test returns nothing or a `Result`, not `{Self}`",
    label = "returned by a test"
)]
pub trait Outcome {
    /// Ends the test.
    ///
    /// # Panics
    ///
    /// When it failed.
    fn check(self);
}

impl Outcome for () {
    fn check(self) {}
}

impl<E: Debug> Outcome for Result<(), E> {
    fn check(self) {
        if let Err(error) = self {
            panic!("the test returned {error:?}");
        }
    }
}

/// Runs a test of an application on a fresh database of this kind; not at all, after a word about it, where there is no
/// such database to be had.
///
/// # Panics
///
/// When the test does; as [`TestApp::postgres`].
#[doc(hidden)]
pub fn run<F>(
    backend: AnyBackend,
    app: impl Fn() -> App,
    settings: &[(&str, &str)],
    test: impl FnOnce(TestApp) -> F,
) where
    F: Future<Output: Outcome>,
{
    // With several threads, as a service has them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be had");
    let outcome = runtime.block_on(async {
        let app = TestApp::on_backend(backend, app, settings).await?;
        Some(Box::pin(test(app)).await)
    });
    if let Some(outcome) = outcome {
        outcome.check();
    }
}
