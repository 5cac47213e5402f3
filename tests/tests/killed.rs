//! A service that is killed between the commit and the answer: the repeat finds what was done.
#![cfg(test)]

use serde_json::{Value, json};
use skeleton_runtime::test_util::TestDatabase;
use skeleton_tests::{Server, curl};

const PROGRAM: &str = env!("CARGO_BIN_EXE_notebook");

fn start(url: &str) -> Server {
    let secret = "a secret of at least thirty-two bytes";
    let settings = [("DATABASE_URL", url), ("JWT_SECRET_KEY", secret)];
    Server::start(PROGRAM, &settings)
}

/// Posts a note under a key; what curl has to say of it.
fn post(server: &Server, token: &str) -> std::process::Output {
    let body = json!({"title": "the last"}).to_string();
    std::process::Command::new("curl")
        .args([
            "-sS",
            "-i",
            "-X",
            "POST",
            &server.url("/notes"),
            "-d",
            &body,
        ])
        .args(["-H", &format!("authorization: Bearer {token}")])
        .args(["-H", "content-type: application/json"])
        .args(["-H", "idempotency-key: only-once"])
        .output()
        .unwrap()
}

fn killed_and_repeated(url: &str) {
    let server = start(url);
    let token = server.command(&["token", "--role", "MEMBER"]);
    let token = token.trim().to_owned();
    let unanswered = post(&server, &token);
    assert!(!unanswered.status.success(), "{unanswered:?}");

    let server = start(url);
    let answer = post(&server, &token);
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(answer.contains("idempotency-replayed: true"), "{answer}");
    let notes = curl(&[
        &server.url("/notes?count=true"),
        "-H",
        &format!("authorization: Bearer {token}"),
    ]);
    let notes: Value = serde_json::from_str(&notes).unwrap();
    assert_eq!(notes["total"], 1, "{notes}");
}

#[test]
fn a_killed_service_has_done_it_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.db");
    killed_and_repeated(&format!("sqlite://{}", file.display()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_service_has_done_it_once_on_postgres() {
    // The service brings its own tables, as on the first start anywhere.
    if let Some(database) = TestDatabase::postgres("empty", async |_| Ok(())).await {
        let url = database.url().to_owned();
        tokio::task::spawn_blocking(move || killed_and_repeated(&url))
            .await
            .unwrap();
    }
}
