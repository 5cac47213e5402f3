//! A collector of spans that is down, slow, or talks nonsense.

use std::time::{Duration, Instant};

use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Load, Request, Service, Tally, size};
use skeleton_tests::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::{bound, fairly, metric, ready};

const A_SECOND: Duration = Duration::from_secs(1);
/// A batch is tried for ten seconds before it is lost.
const UNTIL_LOST: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
enum Collector {
    Down,
    Silent,
    Nonsense,
}

/// Where it is to be found.
async fn start(collector: Collector) -> u16 {
    if matches!(collector, Collector::Down) {
        return free_port();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut bytes = vec![0; 65_536];
                while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {
                    if matches!(collector, Collector::Nonsense) {
                        let _ = stream.write_all(b"\x00 42 what?\r\nyes: no\r\n\r\n").await;
                    }
                }
            });
        }
    });
    port
}

async fn reads(service: &Service, token: &str) -> Tally {
    let token = token.to_owned();
    let load = Load::start(service.port(), 4, move |_, _| {
        Request::get("/notes?limit=5").token(&token)
    });
    sleep(size(3 * A_SECOND, 30 * A_SECOND)).await;
    load.stop().await
}

async fn with(collector: Collector, name: &str) -> Result<(), String> {
    let calm = ready(&[]).await;
    let calm = reads(&calm, &calm.token()).await.percentile(99);
    let endpoint = format!("http://127.0.0.1:{}/v1/traces", start(collector).await);
    let mut service = ready(&[("OTLP_ENDPOINT", &endpoint)]).await;
    let tally = reads(&service, &service.token()).await;
    tally.only(&[]);
    let lost = lost(&service).await;
    // Meanwhile further batches have failed.
    sleep(2 * A_SECOND).await;
    let p99 = tally.percentile(99);
    let log = service.log();
    let told = log.matches("the collector does not take spans").count();
    let ending = Instant::now();
    service.signal("TERM");
    let status = service.ended(UNTIL_LOST).await;
    tell(
        &format!("collector {name}"),
        &[
            ("p99", &format!("{} (calm {})", ms(p99), ms(calm))),
            ("answers", &tally.records.len()),
            ("lost spans", &lost),
            ("lines in the log", &told),
            ("end after", &ms(ending.elapsed())),
        ],
    );
    assert_eq!(told, 1, "{log}");
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    if p99 > bound(calm) {
        return Err(format!("p99 is {p99:?}, without a collector {calm:?}"));
    }
    Ok(())
}

/// How many the service says that it lost, once it says so.
async fn lost(service: &Service) -> f64 {
    let since = Instant::now();
    loop {
        let lost = metric(service.port(), "otlp_spans_lost_total").await;
        let is_told = service.log().contains("the collector does not take spans");
        if lost > 0.0 && is_told {
            return lost;
        }
        assert!(since.elapsed() < UNTIL_LOST, "no loss is told");
        sleep(A_SECOND / 5).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_down() {
    fairly(async || with(Collector::Down, "down").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers() {
    fairly(async || with(Collector::Silent, "slow").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_talks_nonsense() {
    fairly(async || with(Collector::Nonsense, "talking nonsense").await).await;
}
