//! What the sources get wrong.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skeleton_faults::client::send;
use skeleton_faults::report::tell;
use skeleton_faults::{Cluster, Ledger, Request, Service};
use tokio::time::sleep;

use super::{SOON, ready};

async fn panics(database: &str, url: &str) {
    let (mut service, token) = ready(url, &[("LOG_FORMAT", "json")]).await;
    let port = service.port();
    let note =
        |title: &str| Request::json("POST", "/notes", &json!({ "title": title })).token(&token);
    let requests = [
        (Request::get("/drill/panic"), 500),
        (note("panics before"), 500),
        (note("panics within"), 500),
        (note("panics after"), 201),
        (Request::json("POST", "/drill/task", &json!({})), 200),
    ];
    for (request, status) in &requests {
        let answer = send(port, request).await.unwrap();
        assert_eq!(answer.status, *status, "{}: {}", request.path, answer.body);
        if *status == 500 {
            let kind = answer.header("content-type");
            assert_eq!(kind, Some("application/problem+json"));
            assert_eq!(answer.json()["code"], "internal", "{}", answer.body);
            assert!(!answer.body.contains("told to"), "{}", answer.body);
        }
    }
    assert!(service.lives());
    let list = send(port, &Request::get("/notes").token(&token))
        .await
        .unwrap();
    let items = list.json()["items"].as_array().unwrap().len();
    assert_eq!(
        items, 1,
        "only what panicked after its commit: {}",
        list.body
    );
    Ledger::open(url).check(&[]).await;
    let metrics = send(port, &Request::get("/metrics")).await.unwrap().body;
    assert!(metrics.contains("\npanics_total 5\n"), "{metrics}");
    let places = all_places(&service, requests.len()).await;
    tell(
        &format!("5 panics, in a handler, hooks and a task, {database}"),
        &[("logged with their place", &places.len()), ("counted", &5)],
    );
}

/// So many places, once they are in the log, and no more.
async fn all_places(service: &Service, expected: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let places = places(&service.log());
        assert!(places.len() <= expected, "{places:?}");
        if places.len() == expected {
            return places;
        }
        assert!(began.elapsed() < SOON, "{places:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The places of panics, of a log whose every line is JSON.
fn places(log: &str) -> Vec<String> {
    let lines = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        line["place"].as_str().map(str::to_owned)
    });
    let places: Vec<_> = lines.flatten().collect();
    assert!(places.iter().all(|place| place.contains("drill.rs:")));
    assert_eq!(log.matches("drill.rs:").count(), places.len());
    places
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    panics("SQLite", &format!("sqlite://{}", file.display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    if let Some(cluster) = Cluster::start() {
        panics("PostgreSQL", &cluster.url()).await;
    }
}
