//! PostgreSQL goes away, and comes back.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::{send, until};
use skeleton_faults::load::mixed;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Ledger, Load, Request, Service, Tally, size};
use tokio::time::sleep;
use tokio_postgres::Client;

use super::{PROGRAM, SOON, healthy, ready};

/// How long a request may take, and the pool within it.
const DEADLINE: Duration = Duration::from_secs(3);
const LIMITS: [(&str, &str); 2] = [
    ("REQUEST_TIMEOUT_SECONDS", "3"),
    ("DATABASE_POOL_TIMEOUT_SECONDS", "2"),
];
/// For the end of a connection to be seen on a busy machine.
const NOTICED: Duration = Duration::from_millis(100);
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
    let gone = Instant::now();
    sleep(size(Duration::from_secs(4), Duration::from_secs(30))).await;
    let over = Instant::now();
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
    let refused = refused(&tally, gone, over);
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
            ("refused meanwhile", &refused),
            ("answers", &format!("{:?}", tally.outcomes())),
            ("rows", &kept),
        ],
    );
}

/// Reads and writes are refused meanwhile, and none that is sent succeeds; how many are refused.
fn refused(tally: &Tally, gone: Instant, over: Instant) -> usize {
    let refusals = [tally.reads(true), tally.reads(false)].map(|of| {
        let served = of.within(gone, over).acknowledged().count();
        assert_eq!(served, 0, "served by nobody");
        let ended = of.records.iter().filter(|record| {
            let end = record.started + record.took;
            gone < end && end < over && matches!(record.outcome, Ok(503 | 504))
        });
        let ended = ended.count();
        assert!(ended > 0, "nobody noticed: {:?}", of.outcomes());
        ended
    });
    refusals.iter().sum()
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
        answered(&load, 2 * LOOPS).await;
        cuts.push(Cut::all(&admin).await);
    }
    sleep(Duration::from_secs(1)).await;
    let tally = load.stop().await;
    tally.only(&[503]);
    let (reads, writes) = (tally.reads(true), tally.reads(false));
    let ended: usize = cuts.iter().map(|cut| cut.connections).sum();
    assert_eq!(reads.count(503), 0, "{:?}", reads.outcomes());
    let most = only_what_met_a_cut(&writes, &cuts);
    let mut slowest = Duration::ZERO;
    for cut in cuts {
        for of in [&reads, &writes] {
            slowest = slowest.max(of.healed_after(cut.began).expect("it heals"));
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
            ("refused of one loop and cut at most", &most),
            ("next success within", &ms(slowest)),
        ],
    );
}

/// Waits for so many successes: what is run once more is not to be cut once more.
async fn answered(load: &Load, count: usize) {
    let (begun, before) = (Instant::now(), load.acknowledged());
    while load.acknowledged() < before + count {
        assert!(begun.elapsed() < SOON, "no success");
        sleep(Duration::from_millis(5)).await;
    }
}

/// All connections but one's own are cut.
struct Cut {
    began: Instant,
    /// When the last of them was gone.
    over: Instant,
    connections: usize,
}

impl Cut {
    async fn all(admin: &Client) -> Self {
        let cut = "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
        let left = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)";
        let began = Instant::now();
        let told = admin.query(cut, &[]).await.unwrap();
        let ended = told.iter().filter(|row| row.get(1));
        let ended: Vec<i32> = ended.map(|row| row.get(0)).collect();
        assert!(!ended.is_empty(), "nothing was cut");
        while admin
            .query_one(left, &[&ended])
            .await
            .unwrap()
            .get::<_, i64>(0)
            > 0
        {
            sleep(Duration::from_millis(1)).await;
        }
        Self {
            began,
            over: Instant::now(),
            connections: ended.len(),
        }
    }
}

/// A write is refused that was under way when its connection was cut, or took one that was about to be; none that begins
/// once the last is known to be gone. The most that a loop had of one cut.
fn only_what_met_a_cut(writes: &Tally, cuts: &[Cut]) -> usize {
    let mut seen = HashMap::<_, usize>::new();
    for record in &writes.records {
        if record.outcome != Ok(503) {
            continue;
        }
        let end = record.started + record.took;
        let cut = cuts.iter().rposition(|cut| cut.began <= end);
        let cut = cut.expect("none is refused before the first cut");
        let after = record.started.saturating_duration_since(cuts[cut].over);
        assert!(after < NOTICED, "{after:?} after cut {cut}: {record:?}");
        // As `cut 2-17`: the number of the loop, and of the request within it.
        let (number, _) = record.label.rsplit_once('-').unwrap();
        *seen.entry((number, cut)).or_default() += 1;
    }
    seen.into_values().max().unwrap_or_default()
}
