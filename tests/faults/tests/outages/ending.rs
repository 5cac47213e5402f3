//! The service is asked to end while it is busy.

use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::{Answer, read_answer};
use skeleton_faults::load::{Record, mixed};
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Ledger, Load, Request, Tally, metrics};
use skeleton_tests::otlp::Collector;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::ready;

const HALF_SENT: usize = 32;
const LOOPS: usize = 10;

/// A request of which the second half is yet to be sent.
struct Half {
    stream: BufReader<TcpStream>,
    rest: Vec<u8>,
}

impl Half {
    async fn send(port: u16, request: &Request) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let bytes = request.bytes();
        let (first, rest) = bytes.split_at(bytes.len() - 5);
        stream.write_all(first).await.unwrap();
        Self {
            stream: BufReader::new(stream),
            rest: rest.to_vec(),
        }
    }

    async fn finish(mut self) -> std::io::Result<Answer> {
        self.stream.write_all(&self.rest).await?;
        read_answer(&mut self.stream, Instant::now()).await
    }
}

/// A service that is not there any more when a connection is made has accepted nothing of it. Each request that it did
/// accept has a span and, where it writes, a row: those are counted at the end.
fn failed(tally: &Tally) -> Vec<&str> {
    let outcomes = tally.records.iter().map(|record| &record.outcome);
    outcomes
        .filter_map(|outcome| match outcome {
            Ok(200..=299) => None,
            Ok(_) => Some("another status"),
            Err(error) if error.contains("refused") => None,
            Err(error) => Some(error.as_str()),
        })
        .collect()
}

/// What `/metrics` said while the service ended, and when that was.
struct Scraped {
    count: f64,
    asked: Instant,
    told: Instant,
}

impl Scraped {
    async fn now(port: u16) -> Self {
        let asked = Instant::now();
        let text = metrics::scrape(port).await;
        let count = metrics::sum(&text, "request_count", "path=\"/notes\"");
        Self {
            count: count.expect("a series"),
            asked,
            told: Instant::now(),
        }
    }

    /// All that was answered by then is counted, and nothing that was not asked yet.
    fn judge(&self, tally: &Tally) -> f64 {
        let count = |is_of: &dyn Fn(&Record) -> bool| {
            let records = tally.records.iter().filter(|record| is_of(record));
            f64::from(u32::try_from(records.count()).unwrap())
        };
        let answered = count(&|record| record.started + record.took < self.asked);
        let asked = count(&|record| record.started < self.told);
        let counted = self.count;
        let fits = answered > 0.0 && (answered..=asked).contains(&counted);
        assert!(fits, "{answered} to {asked}, and {counted} are counted");
        counted
    }
}

async fn ends_under_load(database: &str, url: &str) {
    let (collector, endpoint) = Collector::start();
    let settings = [
        ("OTLP_ENDPOINT", endpoint.as_str()),
        ("SHUTDOWN_DRAIN_SECONDS", "1"),
    ];
    let (mut service, token) = ready(url, &settings).await;
    let port = service.port();
    let load = Load::start(port, LOOPS, mixed(&token, "ending"));
    let mut halves = Vec::new();
    for number in 0..HALF_SENT {
        let note = json!({ "title": format!("half {number}") });
        let request = Request::json("POST", "/notes", &note).token(&token);
        halves.push(Half::send(port, &request).await);
    }
    sleep(Duration::from_millis(500)).await;
    service.signal("TERM");
    let begun = Instant::now();
    sleep(Duration::from_millis(500)).await;
    let scraped = Scraped::now(port).await;
    // The door is closed by now, and they have been let in.
    sleep(Duration::from_secs(1)).await;
    for half in halves {
        let answer = half.finish().await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.header("connection"), Some("close"));
    }
    let ended = service
        .ended(Duration::from_secs(10))
        .await
        .expect("it ends");
    let took = begun.elapsed();
    assert_eq!(ended.code(), Some(0), "{ended}");
    let tally = load.stop().await;
    assert_eq!(failed(&tally), Vec::<&str>::new());
    // Closed while nothing was under way, and asked again meanwhile: once for each connection at most.
    let resent = tally.resent();
    assert!(resent <= LOOPS, "{resent}: {:?}", tally.outcomes());
    let counted = scraped.judge(&tally);
    let answered = tally.acknowledged().count() + HALF_SENT;
    let kept = Ledger::open(url).check(&[&tally]).await;
    let written = tally.reads(false).acknowledged().count();
    assert_eq!(kept, written + HALF_SENT, "only what was acknowledged");
    let spans = collector.spans();
    let served = spans.iter().filter(|span| span.name.ends_with(" /notes"));
    let served = served.count();
    assert_eq!(served, answered, "a span of each request came");
    tell(
        &format!("SIGTERM under load, {database}"),
        &[
            ("answered", &answered),
            ("failed", &0),
            ("sent again", &resent),
            ("counted at /metrics meanwhile", &counted),
            ("rows", &kept),
            ("spans", &served),
            ("ended after", &ms(took)),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    ends_under_load("SQLite", &format!("sqlite://{}", file.display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_on_postgres() {
    if let Some(cluster) = Cluster::start() {
        ends_under_load("PostgreSQL", &cluster.url()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stuck_clients_are_cut() {
    let limit = skeleton_faults::size(3, 30);
    let seconds = limit.to_string();
    let settings = [
        ("SHUTDOWN_TIMEOUT_SECONDS", seconds.as_str()),
        ("REQUEST_TIMEOUT_SECONDS", "120"),
    ];
    let (mut service, token) = ready("sqlite://app.db", &settings).await;
    let port = service.port();
    let note = Request::json("POST", "/notes", &json!({ "title": "never" })).token(&token);
    let mut stuck = Half::send(port, &note).await;
    let waiting = Request::get("/drill/wait/100").bytes();
    let mut asleep = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    asleep.write_all(&waiting).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    service.signal("TERM");
    let begun = Instant::now();
    let limit = Duration::from_secs(limit);
    let ended = service.ended(limit + Duration::from_secs(5)).await;
    let took = begun.elapsed();
    assert_eq!(ended.expect("it ends").code(), Some(0));
    assert!(took > limit.mul_f64(0.9), "{took:?}");
    let mut nothing = Vec::new();
    let cut = stuck.stream.read_to_end(&mut nothing).await;
    assert!(cut.is_err() || nothing.is_empty(), "{nothing:?}");
    assert!(service.log().contains("they are cut off"));
    tell(
        "SIGTERM with clients that are stuck",
        &[("limit", &ms(limit)), ("ended after", &ms(took))],
    );
}
