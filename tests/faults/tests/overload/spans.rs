//! A collector of spans that is down, slow, or talks nonsense.

use std::time::{Duration, Instant};

use skeleton_faults::metrics::metric;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Load, Request, Service, Tally, size};
use skeleton_tests::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::{bound, fairly, ready};

const A_SECOND: Duration = Duration::from_secs(1);
/// A batch is tried for ten seconds before it is lost.
const UNTIL_LOST: Duration = Duration::from_secs(30);

const TOLD: &str = "the collector does not take spans";
const LAST: &str = "the collector did not take the last spans in time";
/// In KiB: a full queue, and as much again.
const MOST_MEMORY: u64 = 32 * 1024;

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

/// Reads until something else is over.
async fn reads<T>(service: &Service, meanwhile: impl Future<Output = T>) -> (Tally, T) {
    let token = service.token();
    let load = Load::start(service.port(), 4, move |_, _| {
        Request::get("/notes?limit=5").token(&token)
    });
    let seen = meanwhile.await;
    (load.stop().await, seen)
}

async fn with(collector: Collector, name: &str) -> Result<(), String> {
    let span = size(3 * A_SECOND, 30 * A_SECOND);
    let calm = ready(&[]).await;
    let (calm, ()) = reads(&calm, sleep(span)).await;
    let calm = calm.percentile(99);
    let endpoint = format!("http://127.0.0.1:{}/v1/traces", start(collector).await);
    let mut service = ready(&[("OTLP_ENDPOINT", &endpoint)]).await;
    let meanwhile = async {
        sleep(A_SECOND).await;
        let before = service.figure("VmRSS");
        sleep(span).await;
        let lost = lost(&service).await;
        // Further batches fail, and are not told.
        sleep(2 * A_SECOND).await;
        (lost, service.figure("VmRSS").saturating_sub(before))
    };
    let (tally, (lost, grown)) = reads(&service, meanwhile).await;
    tally.only(&[]);
    let p99 = tally.percentile(99);
    let told = loud(&service.log());
    let ending = Instant::now();
    service.signal("TERM");
    let status = service.ended(UNTIL_LOST).await;
    let last = &loud(&service.log())[told.len()..];
    tell(
        &format!("collector {name}"),
        &[
            ("p99", &format!("{} (calm {})", ms(p99), ms(calm))),
            ("answers", &tally.records.len()),
            ("lost spans", &lost),
            ("lines in the log", &told.len()),
            ("at the end", &last.len()),
            ("memory", &format!("+{} MiB", grown / 1024)),
            ("end after", &ms(ending.elapsed())),
        ],
    );
    let is_told_once = told.len() == 1 && told[0].contains(TOLD);
    assert!(is_told_once && last.len() <= 1, "{told:#?} {last:#?}");
    assert!(last.iter().all(|line| line.contains(LAST)), "{last:#?}");
    assert!(grown <= MOST_MEMORY, "{grown} KiB more");
    assert!(status.is_some_and(|status| status.success()), "{status:?}");
    if p99 > bound(calm) {
        return Err(format!("p99 is {p99:?}, without a collector {calm:?}"));
    }
    Ok(())
}

/// The warnings and errors of a log, without those of the start, which have nothing to do with spans.
fn loud(log: &str) -> Vec<String> {
    let is_of = |line: &str, level: &str| line.contains(&format!("\"level\":\"{level}\""));
    let is_loud = |line: &&str| {
        (is_of(line, "WARN") || is_of(line, "ERROR"))
            && !line.contains("skeleton_runtime::app::banner")
    };
    log.lines().filter(is_loud).map(str::to_owned).collect()
}

/// How many the service says that it lost, once it says so.
async fn lost(service: &Service) -> f64 {
    let since = Instant::now();
    loop {
        let lost = metric(service.port(), "otlp_spans_lost_total").await;
        let is_told = service.log().contains(TOLD);
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
