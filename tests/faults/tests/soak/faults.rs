//! What breaks, one after the other, and what it excuses.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::root::set_immutable;
use skeleton_faults::{Cluster, Request};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::sleep;

use super::mix::Need;
use super::side::Side;

/// For as long the lock is held; longer than writes wait for it.
const HELD: Duration = Duration::from_secs(3);
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// A fault; the first four of each database are its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    Killed,
    Frozen,
    Cut,
    Restarted,
    Locked,
    ReadOnly,
    Moved,
    Copied,
    GoneClients,
    SlowClients,
    Hangup,
    Panics,
    Collector,
    /// Of the machine; nobody makes it.
    Stall,
}

use Fault::*;

pub(crate) const KINDS: usize = 9;
pub(crate) const OF_POSTGRES: [Fault; KINDS] = [
    Killed,
    GoneClients,
    Frozen,
    Hangup,
    Cut,
    SlowClients,
    Restarted,
    Panics,
    Collector,
];
pub(crate) const OF_SQLITE: [Fault; KINDS] = [
    Locked,
    GoneClients,
    ReadOnly,
    Hangup,
    Moved,
    SlowClients,
    Copied,
    Panics,
    Collector,
];

impl Fault {
    /// For the legend.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Killed => "killed (kill -9)",
            Frozen => "frozen (SIGSTOP)",
            Cut => "connections cut",
            Restarted => "restarted",
            Locked => "lock held",
            ReadOnly => "file read-only",
            Moved => "file moved away",
            Copied => "copied (VACUUM INTO)",
            GoneClients => "clients go away",
            SlowClients => "slow clients",
            Hangup => "SIGHUP",
            Panics => "panics",
            Collector => "collector down",
            Stall => "machine stalled",
        }
    }

    /// Whether a request that needs this may be answered so meanwhile.
    pub(crate) fn excuses(self, need: Need, status: u16) -> bool {
        match self {
            // No connection is there to be had.
            Killed | Frozen | Restarted | Stall => {
                need != Need::Nothing && matches!(status, 503 | 504)
            }
            // Two waits, for the connection and then for the lock, may be longer than a request may take.
            Locked => need == Need::Write && matches!(status, 503 | 504),
            // A read that loses its connection is run once more.
            Cut | ReadOnly | Moved => need == Need::Write && status == 503,
            Copied | GoneClients | SlowClients | Hangup | Panics | Collector => false,
        }
    }

    /// Breaks it, for about this long, and mends it; what was answered that should not have been.
    pub(crate) async fn happen(self, side: &Side, span: Duration) -> Vec<String> {
        match self {
            Killed => stopped(side, span, |cluster| cluster.signal("KILL"), Cluster::up).await,
            Restarted => stopped(side, Duration::ZERO, Cluster::down, Cluster::up).await,
            Frozen => {
                let thaw = |cluster: &Cluster| cluster.signal("CONT");
                stopped(side, span, |cluster| cluster.signal("STOP"), thaw).await;
            }
            Cut => cut(side, span).await,
            Locked => side.ledger.hold(HELD).await,
            ReadOnly => {
                let files = ["app.db", "app.db-wal"].map(|name| side.folder().join(name));
                let files = files.each_ref().map(PathBuf::as_path);
                assert!(set_immutable(&files, true));
                sleep(span).await;
                assert!(set_immutable(&files, false));
            }
            Moved => {
                let (file, aside) = (side.folder().join("app.db"), side.folder().join("aside"));
                std::fs::rename(&file, &aside).unwrap();
                sleep(span).await;
                std::fs::rename(&aside, &file).unwrap();
            }
            Copied => {
                let copy = side.folder().join("copy.db");
                side.ledger.copy(&copy).await;
                std::fs::remove_file(copy).unwrap();
            }
            GoneClients => gone(side, span).await,
            SlowClients => slow(side, span).await,
            Hangup => {
                side.service.signal("HUP");
                sleep(span).await;
                side.service.signal("HUP");
            }
            Panics => return panics(side).await,
            Collector => {
                side.collector.down();
                sleep(span).await;
                side.collector.up().await;
            }
            Stall => unreachable!("nobody makes it"),
        }
        Vec::new()
    }
}

async fn stopped(
    side: &Side,
    span: Duration,
    go: impl FnOnce(&Cluster),
    come: impl FnOnce(&Cluster),
) {
    let cluster = side.cluster.as_ref().unwrap();
    block_in_place(|| go(cluster));
    sleep(span).await;
    block_in_place(|| come(cluster));
}

async fn cut(side: &Side, span: Duration) {
    let cluster = side.cluster.as_ref().unwrap();
    for _ in 0..5 {
        let admin = cluster.connect().await;
        let told = admin.query(CUT, &[]).await.unwrap();
        assert!(told.iter().any(|row| row.get(0)), "nothing was cut");
        drop(admin);
        sleep(span / 5).await;
    }
}

async fn connected(side: &Side) -> TcpStream {
    TcpStream::connect(("127.0.0.1", side.service.port()))
        .await
        .unwrap()
}

/// In mid-request, in mid-statement, and before the answer is read.
async fn gone(side: &Side, span: Duration) {
    let note = Request::json("POST", "/notes", &json!({ "title": "never" })).token(&side.token);
    let half = note.bytes();
    let half = &half[..half.len() - 5];
    let list = Request::get("/notes?limit=100").token(&side.token).bytes();
    let asleep = Request::json("POST", "/drill/sleep/60", &json!({})).bytes();
    for _ in 0..5 {
        let mut streams = Vec::new();
        for (bytes, count) in [(half, 20), (&list, 20), (&asleep, 2)] {
            for _ in 0..count {
                let mut stream = connected(side).await;
                stream.write_all(bytes).await.unwrap();
                streams.push(stream);
            }
        }
        sleep(Duration::from_millis(200)).await;
        drop(streams);
        sleep(span / 5).await;
    }
}

/// A burst of heads that come byte by byte.
async fn slow(side: &Side, span: Duration) {
    let mut clients = JoinSet::new();
    for _ in 0..100 {
        let mut stream = connected(side).await;
        clients.spawn(async move {
            let head = b"GET /notes HTTP/1.1\r\nhost: drill\r\nx-slow: ";
            // Cut in the end.
            let mut is_open = stream.write_all(head).await.is_ok();
            while is_open {
                sleep(Duration::from_millis(500)).await;
                is_open = stream.write_all(b"x").await.is_ok();
            }
        });
    }
    sleep(span).await;
}

/// In a handler, in hooks before and within the transaction, and in a task.
async fn panics(side: &Side) -> Vec<String> {
    let note = |title: &str| Request::json("POST", "/notes", &json!({ "title": title }));
    let requests = [
        (Request::get("/drill/panic"), 500),
        (note("panics before").token(&side.token), 500),
        (note("panics within").token(&side.token), 500),
        (Request::json("POST", "/drill/task", &json!({})), 200),
    ];
    let mut wrong = Vec::new();
    for (request, status) in requests.iter().cycle().take(12) {
        let answer = send(side.service.port(), request).await;
        if !answer.as_ref().is_ok_and(|answer| answer.status == *status) {
            wrong.push(format!("a panic: {answer:?}"));
        }
    }
    wrong
}
