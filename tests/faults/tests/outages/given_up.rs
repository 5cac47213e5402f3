//! Requests that nobody waits for any more.

use std::time::{Duration, Instant};

use serde_json::json;
use skeleton_faults::client::send;
use skeleton_faults::report::{ms, tell};
use skeleton_faults::{Cluster, Request, size};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_postgres::Client;

use super::ready;

/// How many at once.
const CLIENTS: usize = 12;
const SLEEPING: &str = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' \
                        AND pid <> pg_backend_pid()";
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL \
                    AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

async fn count(admin: &Client, sql: &str) -> i64 {
    admin.query_one(sql, &[]).await.unwrap().get(0)
}

/// Waits until the count is `wanted`; how long that took.
async fn counts(admin: &Client, sql: &str, wanted: i64) -> Duration {
    let started = Instant::now();
    loop {
        let found = count(admin, sql).await;
        if found == wanted {
            return started.elapsed();
        }
        let limit = Duration::from_secs(5);
        assert!(
            started.elapsed() < limit,
            "{found} instead of {wanted}: {sql}"
        );
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_go_away_leave_no_statement() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (service, token) = ready(&cluster.url(), &[]).await;
    let admin = cluster.connect().await;
    let mut slowest = Duration::ZERO;
    for _ in 0..size(3, 20) {
        let request = Request::json("POST", "/drill/sleep/60", &json!({}));
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let mut stream = TcpStream::connect(("127.0.0.1", service.port()))
                .await
                .unwrap();
            stream.write_all(&request.bytes()).await.unwrap();
            clients.push(stream);
        }
        counts(&admin, SLEEPING, i64::try_from(CLIENTS).unwrap()).await;
        drop(clients);
        slowest = slowest.max(counts(&admin, SLEEPING, 0).await);
        counts(&admin, OPEN, 0).await;
        let list = Request::get("/notes").token(&token);
        assert_eq!(send(service.port(), &list).await.unwrap().status, 200);
    }
    tell(
        "12 clients go away in mid-statement",
        &[
            ("all cancelled within", &ms(slowest)),
            ("open transactions", &0),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_that_pass_leave_no_statement() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let settings = [("REQUEST_TIMEOUT_SECONDS", "1")];
    let (service, token) = ready(&cluster.url(), &settings).await;
    let note = Request::json("POST", "/notes", &json!({ "title": "locked" })).token(&token);
    let note = send(service.port(), &note).await.unwrap().json();
    let path = format!("/notes/{}", note["id"].as_str().unwrap());
    let (admin, holder) = (cluster.connect().await, cluster.connect().await);
    let lock = "BEGIN; SELECT * FROM notes FOR UPDATE";
    holder.batch_execute(lock).await.unwrap();
    let requests = [
        (
            Request::json("POST", "/drill/sleep/60", &json!({})),
            SLEEPING,
        ),
        (
            Request::json("PATCH", path, &json!({ "stars": 1 })).token(&token),
            WAITING,
        ),
    ];
    let mut slowest = Duration::ZERO;
    for (request, sql) in requests {
        let port = service.port();
        let asked = tokio::spawn(async move { send(port, &request).await.unwrap() });
        counts(&admin, sql, 1).await;
        let answer = asked.await.unwrap();
        assert_eq!(answer.status, 504, "{}", answer.body);
        assert!(answer.took < Duration::from_secs(2), "{:?}", answer.took);
        slowest = slowest.max(counts(&admin, sql, 0).await);
    }
    // The one of this test alone.
    counts(&admin, OPEN, 1).await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    counts(&admin, OPEN, 0).await;
    let stars = admin
        .query_one("SELECT stars FROM notes", &[])
        .await
        .unwrap();
    assert_eq!(stars.get::<_, i32>(0), 0, "what was given up is not done");
    tell(
        "a deadline passes in mid-statement",
        &[
            ("cancelled within", &ms(slowest)),
            ("open transactions", &0),
        ],
    );
}
