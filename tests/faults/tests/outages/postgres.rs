//! PostgreSQL goes away, and comes back.

use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::{send, until};
use skeleton_faults::load::mixed;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Ledger, Load, Request, Service, size};
use tokio::time::sleep;

use super::{PROGRAM, SOON, healthy, ready};

/// How long a request may take, and the pool within it.
const DEADLINE: Duration = Duration::from_secs(3);
const LIMITS: [(&str, &str); 2] = [
    ("REQUEST_TIMEOUT_SECONDS", "3"),
    ("DATABASE_POOL_TIMEOUT_SECONDS", "2"),
];
/// For the answer to come through on a busy machine.
const SLACK: Duration = Duration::from_secs(1);

async fn goes_and_comes(name: &str, go: impl FnOnce(&Cluster), come: impl FnOnce(&Cluster)) {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (mut service, token) = ready(&cluster.url(), &LIMITS).await;
    let process = service.id();
    let load = Load::start(service.port(), 8, mixed(&token, name));
    sleep(Duration::from_secs(1)).await;
    go(&cluster);
    sleep(size(Duration::from_secs(4), Duration::from_secs(30))).await;
    come(&cluster);
    let back = Instant::now();
    for request in [
        Request::get("/notes").token(&token),
        Request::json("POST", "/notes", &json!({ "title": "after all" })).token(&token),
    ] {
        let status = if request.body.is_some() { 201 } else { 200 };
        until(service.port(), &request, status, SOON).await;
    }
    sleep(Duration::from_secs(1)).await;
    let tally = load.stop().await;
    tally.only(&[503, 504]);
    assert!(
        tally.longest() < DEADLINE + SLACK,
        "one hung for {:?}",
        tally.longest()
    );
    assert!(service.lives() && service.id() == process, "it ended");
    let reads = tally.reads(true).healed_after(back).expect("reads heal");
    let writes = tally.reads(false).healed_after(back).expect("writes heal");
    assert!(reads < SOON && writes < SOON, "{reads:?} {writes:?}");
    let kept = Ledger::open(&cluster.url()).check(&[&tally]).await;
    tell(
        &format!("PostgreSQL {name}"),
        &[
            ("reads again after", &ms(reads)),
            ("writes again after", &ms(writes)),
            ("longest", &ms(tally.longest())),
            ("answers", &format!("{:?}", tally.outcomes())),
            ("rows", &kept),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_stopped() {
    goes_and_comes("stopped", Cluster::down, Cluster::up).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_killed() {
    let kill = |cluster: &Cluster| cluster.signal("KILL");
    goes_and_comes("killed", kill, Cluster::up).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_frozen() {
    let freeze = |cluster: &Cluster| cluster.signal("STOP");
    let thaw = |cluster: &Cluster| cluster.signal("CONT");
    goes_and_comes("frozen", freeze, thaw).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_down_at_the_start() {
    let Some(cluster) = Cluster::stopped() else {
        return;
    };
    let mut service = Service::start(
        PROGRAM,
        &[&[("DATABASE_URL", &*cluster.url())], &LIMITS[..]].concat(),
    );
    for (path, status) in [
        ("/health/live", 200),
        ("/health/ready", 503),
        ("/notes", 503),
    ] {
        let answer = send(service.port(), &Request::get(path)).await.unwrap();
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.took < DEADLINE + SLACK, "{path}: {:?}", answer.took);
    }
    cluster.up();
    let ready = healthy(&service, SOON).await;
    let token = service.token();
    let list = Request::get("/notes").token(&token);
    until(service.port(), &list, 200, SOON).await;
    assert!(service.lives());
    tell(
        "PostgreSQL down at the start",
        &[("ready after", &ms(ready))],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn its_connections_are_cut_under_load() {
    const LOOPS: usize = 8;
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (service, token) = ready(&cluster.url(), &LIMITS).await;
    let load = Load::start(service.port(), LOOPS, mixed(&token, "cut"));
    let admin = cluster.connect().await;
    let mut cuts = Vec::new();
    for _ in 0..20 {
        sleep(size(
            Duration::from_millis(300),
            Duration::from_millis(1_500),
        ))
        .await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
        let ended = admin.query(cut, &[]).await.unwrap().len();
        cuts.push((Instant::now(), ended));
    }
    sleep(Duration::from_secs(1)).await;
    let tally = load.stop().await;
    tally.only(&[503]);
    let (reads, writes) = (tally.reads(true), tally.reads(false));
    let ended: usize = cuts.iter().map(|(_, ended)| ended).sum();
    assert_eq!(reads.count(503), 0, "{:?}", reads.outcomes());
    assert!(
        writes.count(503) <= cuts.len() * LOOPS / 2,
        "more than one for each statement: {:?}",
        writes.outcomes()
    );
    let mut slowest = Duration::ZERO;
    for (cut, _) in cuts {
        for of in [&reads, &writes] {
            slowest = slowest.max(of.healed_after(cut).expect("it heals"));
        }
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    Ledger::open(&cluster.url()).check(&[&tally]).await;
    tell(
        "20 × `pg_terminate_backend` of all",
        &[
            ("connections cut", &ended),
            ("reads", &format!("{:?}", reads.outcomes())),
            ("writes", &format!("{:?}", writes.outcomes())),
            ("next success within", &ms(slowest)),
        ],
    );
}
