//! `/health`, `/health/live` and `/health/ready`, with checks of the application's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{Either, join_all, select};
use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use crate::common::on_both;

/// The newsroom with a check that counts how often it is begun, and then does as `end` says.
async fn with_check<F>(end: fn() -> F) -> Vec<(TestApp, Arc<AtomicUsize>)>
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let app = move || {
        let begun = Arc::clone(&counted);
        example_app::app().health_check("mail", move |_: AppState| {
            begun.fetch_add(1, Ordering::Relaxed);
            end()
        })
    };
    let apps = TestApp::both(app).await;
    // One counter for both: they are asked one after the other.
    apps.into_iter()
        .map(|app| (app, Arc::clone(&begun)))
        .collect()
}

/// Once, on a machine that is not held up.
fn assert_ran_once_a_second(began: Instant, count: usize) {
    let most = 1 + usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!((1..=most).contains(&count), "{count} of {most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_it_lives_and_is_not_ready() {
    on_both(async |app| {
        app.db().close();
        let live = app.get("/health/live").send().await.expect(200);
        assert_eq!(live.json(), json!({ "status": "ok" }));
        let ready = app.get("/health/ready").send().await.expect(503);
        assert_eq!(ready.json(), json!({ "status": "unavailable" }));
        assert_eq!(ready.header("retry-after"), Some("1"));
        let health = app.get("/health").send().await.expect(503);
        assert_eq!(health.header("cache-control"), Some("no-store"));
        let health = health.json();
        assert_eq!(health["status"], "unavailable");
        assert_eq!(health["checks"]["database"]["status"], "unavailable");
    })
    .await;
}

/// However many ask at once, and soon after.
#[tokio::test(flavor = "multi_thread")]
async fn probes_are_no_load() {
    for (app, begun) in with_check(|| std::future::ready(Ok(()))).await {
        let (began, before) = (Instant::now(), begun.load(Ordering::Relaxed));
        let paths = ["/health", "/health/ready"].into_iter().cycle().take(60);
        for response in join_all(paths.map(|path| app.get(path).send())).await {
            response.expect(200);
        }
        assert_ran_once_a_second(began, begun.load(Ordering::Relaxed) - before);
    }
}

/// It fails after its own time, and all who asked meanwhile have that answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_hangs_holds_nobody_up_for_long() {
    for (app, begun) in with_check(std::future::pending).await {
        let (began, before) = (Instant::now(), begun.load(Ordering::Relaxed));
        // Whoever gives up at once leaves the check to those who come after.
        let impatient = Box::pin(app.get("/health/ready").send());
        let moment = Box::pin(tokio::time::sleep(Duration::from_millis(50)));
        assert!(matches!(select(impatient, moment).await, Either::Right(_)));
        app.get("/health/live").send().await.expect(200);
        for response in join_all((0..20).map(|_| app.get("/health").send())).await {
            let health = response.expect(503).json();
            assert_eq!(health["checks"]["mail"]["status"], "unavailable");
            assert_eq!(health["checks"]["database"]["status"], "ok");
        }
        assert_ran_once_a_second(began, begun.load(Ordering::Relaxed) - before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_panics_is_one_that_fails() {
    let apps = with_check(|| async { panic!("password=canary") }).await;
    for (app, _) in apps {
        let health = app.get("/health").send().await.expect(503);
        assert!(!health.text().contains("canary"), "{}", health.text());
        assert_eq!(health.json()["checks"]["mail"]["status"], "unavailable");
        app.get("/health/live").send().await.expect(200);
    }
}
