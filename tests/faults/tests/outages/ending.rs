//! The service is asked to end while it is busy.

use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::{Answer, read_answer, send};
use skeleton_faults::load::mixed;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Ledger, Load, Request, Tally};
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

/// A service that is not there any more when a connection is made has accepted nothing of it.
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
    let metrics = send(port, &Request::get("/metrics")).await.unwrap();
    assert!(metrics.body.contains("request_count{"), "{}", metrics.body);
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
    let answered = tally.acknowledged().count() + HALF_SENT;
    let kept = Ledger::open(url).check(&[&tally]).await;
    let spans = collector.spans();
    let served = spans.iter().filter(|span| span.name.ends_with(" /notes"));
    let served = served.count();
    assert_eq!(served, answered, "a span of each request came");
    tell(
        &format!("SIGTERM under load, {database}"),
        &[
            ("answered", &answered),
            ("failed", &0),
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
