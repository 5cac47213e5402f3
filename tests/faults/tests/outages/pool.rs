//! Every connection waits behind a lock.

use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Load, Request, Tally};
use tokio::time::sleep;

use super::ready;

const WAITERS: usize = 64;
const A_SECOND: Duration = Duration::from_secs(1);
/// As in the settings.
const PATIENCE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_a_free_connection() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let settings = [
        ("DATABASE_POOL_SIZE", "8"),
        ("DATABASE_POOL_TIMEOUT_SECONDS", "2"),
        ("REQUEST_TIMEOUT_SECONDS", "10"),
    ];
    let (service, token) = ready(&cluster.url(), &settings).await;
    let port = service.port();
    let note = Request::json("POST", "/notes", &json!({ "title": "locked" })).token(&token);
    let note = send(port, &note).await.unwrap().json();
    let path = format!("/notes/{}", note["id"].as_str().unwrap());
    let admin = cluster.connect().await;
    admin
        .batch_execute("BEGIN; SELECT * FROM notes FOR UPDATE")
        .await
        .unwrap();
    let patch = {
        let (path, token) = (path.clone(), token.clone());
        move |_, count| {
            Request::json("PATCH", path.clone(), &json!({ "stars": count })).token(&token)
        }
    };
    let started = Instant::now();
    let load = Load::start(port, WAITERS, patch);
    sleep(A_SECOND / 2).await;
    let slowest = others_are_answered(port, &token, started + Duration::from_secs(6)).await;
    admin.batch_execute("ROLLBACK").await.unwrap();
    let released = Instant::now();
    let tally = load.stop().await;
    tally.only(&[503]);
    let early = first_refusal(&tally.within(started, started + 2 * PATIENCE));
    let late = tally.longest_of(503);
    assert!(tally.count(503) >= WAITERS - 8, "{:?}", tally.outcomes());
    assert!(
        early > PATIENCE.mul_f64(0.9),
        "one is refused after {early:?}"
    );
    assert!(late < PATIENCE + A_SECOND, "a refusal took {late:?}");
    let clean = clean_after(&cluster, port, &token, &path, released).await;
    tell(
        "pool exhausted, 64 waiters behind a lock",
        &[
            ("answers", &format!("{:?}", tally.outcomes())),
            ("the first refused after", &ms(early)),
            ("none later than", &ms(late)),
            ("what needs no connection within", &ms(slowest)),
            ("clean after", &ms(clean)),
        ],
    );
}

/// How long the first ones waited to be refused. Later the queue is known to stand, and they are refused at once.
fn first_refusal(tally: &Tally) -> Duration {
    let refused = tally.records.iter();
    let refused = refused.filter(|record| record.outcome == Ok(503));
    let shortest = refused.map(|record| record.took).min();
    shortest.expect("some are refused")
}

/// What takes no connection is answered at once; the longest that it took.
async fn others_are_answered(port: u16, token: &str, until: Instant) -> Duration {
    let empty = json!({});
    let others = [
        (Request::get("/health/live"), 200),
        (Request::get("/no/such"), 404),
        (Request::json("PUT", "/health/live", &empty), 405),
        (Request::get("/notes"), 401),
        (Request::get("/notes?limit=much").token(token), 400),
        (
            Request::json("POST", "/notes", &json!({ "title": "no" })),
            401,
        ),
    ];
    let mut slowest = Duration::ZERO;
    while Instant::now() < until {
        for (request, status) in &others {
            let answer = send(port, request).await.unwrap();
            let what = format!("{} {}: {}", request.method, request.path, answer.body);
            assert_eq!(answer.status, *status, "{what}");
            assert!(answer.took < A_SECOND, "{what} took {:?}", answer.took);
            slowest = slowest.max(answer.took);
        }
        sleep(Duration::from_millis(100)).await;
    }
    slowest
}

async fn clean_after(
    cluster: &Cluster,
    port: u16,
    token: &str,
    path: &str,
    released: Instant,
) -> Duration {
    let admin = cluster.connect().await;
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' \
                OR wait_event_type = 'Lock'";
    loop {
        let patch = Request::json("PATCH", path, &json!({ "stars": 5 })).token(token);
        let answer = send(port, &patch).await.unwrap();
        let busy: i64 = admin.query_one(busy, &[]).await.unwrap().get(0);
        let took = released.elapsed();
        assert!(
            took < 2 * A_SECOND,
            "{} {}, {busy} busy after {took:?}",
            answer.status,
            answer.body
        );
        if answer.status == 200 && busy == 0 {
            return took;
        }
    }
}
