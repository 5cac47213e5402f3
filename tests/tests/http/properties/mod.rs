//! What holds for whatever is sent, tried on values made at random.
//!
//! The same ones each time; `PROPTEST_CASES=1000` tries as many others.

mod bodies;
mod filters;
mod model;
mod patches;
mod round_trips;
mod sample;
mod walks;

use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use skeleton_runtime::test_util::TestApp;

/// Runs `test` on each database with values of the strategy: `cases` of them.
async fn check<S>(cases: u32, strategy: S, test: impl AsyncFn(&TestApp, S::Value))
where
    S: Strategy,
    S::Value: Debug,
{
    let wished: Option<u32> = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: wished.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    for app in TestApp::both(sample::app).await {
        let mut runner = match wished {
            None => {
                let fixed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
                TestRunner::new_with_rng(config.clone(), fixed)
            }
            Some(_) => TestRunner::new(config.clone()),
        };
        let runtime = tokio::runtime::Handle::current();
        let tried = runner.run(&strategy, |value| {
            tokio::task::block_in_place(|| runtime.block_on(test(&app, value)));
            Ok(())
        });
        if let Err(error) = tried {
            panic!("on {}: {error}", app.backend().name());
        }
    }
}
