//! The service is killed in mid-write.

use std::time::{Duration, Instant};

use skeleton_faults::load::writes;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Ledger, Load, size};
use tokio::time::sleep;

use super::{SOON, healthy, ready};

async fn killed(name: &str, url: &str) {
    let (mut service, token) = ready(url, &[]).await;
    let times: u32 = size(5, 20);
    let mut tallies = Vec::new();
    let mut slowest = Duration::ZERO;
    for time in 0..times {
        let load = Load::start(service.port(), 8, writes(&token, &format!("{name} {time}")));
        sleep(Duration::from_millis(400 + u64::from(time) * 37)).await;
        let begun = Instant::now();
        while load.acknowledged() == 0 {
            assert!(begun.elapsed() < SOON, "{time}: none is acknowledged");
            sleep(Duration::from_millis(5)).await;
        }
        service.signal("KILL");
        assert!(service.ended(SOON).await.is_some());
        tallies.push(load.stop().await);
        let started = Instant::now();
        service.restart();
        healthy(&service, SOON).await;
        slowest = slowest.max(started.elapsed());
    }
    assert!(slowest < SOON, "ready after {slowest:?}");
    let ledger = Ledger::open(url);
    let kept = ledger.check(&tallies.iter().collect::<Vec<_>>()).await;
    let acknowledged: usize = tallies.iter().map(|tally| tally.count(201)).sum();
    assert!(kept >= acknowledged);
    if url.starts_with("sqlite:") {
        let found = ledger.texts("PRAGMA integrity_check").await;
        assert_eq!(found, ["ok"]);
    }
    tell(
        &format!("the service killed {times} × in mid-write, {name}"),
        &[
            ("acknowledged", &acknowledged),
            ("lost", &0),
            ("committed and not told", &(kept - acknowledged)),
            ("ready within", &ms(slowest)),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    killed("SQLite", &format!("sqlite://{}", file.display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if let Some(cluster) = Cluster::start() {
        killed("PostgreSQL", &cluster.url()).await;
    }
}
