//! What each operation tells of its problems is what it gives: all of them, and no other.

use std::collections::BTreeSet;

use skeleton_runtime::auth::Role;
use skeleton_runtime::db::{Connection, Statement};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use super::battery::{OWNER, Wrong, send};
use super::{Document, Operation};
use crate::common::{NOBODY, on_both_with};

const UNLIMITED: [(&str, &str); 4] = [
    ("AUTH_LOGIN_LIMIT_PER_EMAIL", "100000"),
    ("AUTH_LOGIN_LIMIT_PER_ADDRESS", "100000"),
    ("AUTH_REGISTER_LIMIT_PER_ADDRESS", "100000"),
    ("AUTH_REFRESH_LIMIT_PER_ADDRESS", "100000"),
];

/// Of these no request is the cause: whoever asks the database can meet them.
const ANY_TIME: [&str; 3] = ["500 internal", "503 unavailable", "504 timeout"];

/// What can't be provoked for each operation, one by one.
fn is_told_beyond(operation: &Operation, code: &str) -> bool {
    match code {
        // Two requests at once; the test of the codes has one.
        "409 in_progress" => operation.told["parameters"]
            .to_string()
            .contains("Idempotency-Key"),
        // A hook may set the slug to what is taken; the newsroom's looks for a free one.
        "409 conflict" => operation.path.starts_with("/articles"),
        "429 too_many_requests" => operation.path.starts_with("/auth/"),
        _ => ANY_TIME.contains(&code),
    }
}

/// An account whose role the application has no more, as another instance sees it.
async fn of_no_role(app: &TestApp, operation: &Operation, document: &Document) -> Option<String> {
    let token = app.token("gone@example.com", Role::Viewer).await;
    let change = "UPDATE users SET role = 'GONE' WHERE email = 'gone@example.com'";
    let back = "UPDATE users SET role = 'VIEWER' WHERE email = 'gone@example.com'";
    let run = async |sql: &'static str| {
        let changed = app.db().transaction(async |connection| {
            Connection::execute(connection, Statement::new(sql)).await?;
            Ok::<_, Error>(())
        });
        changed.await.unwrap();
    };
    run(change).await;
    let other = app.another(example_app::app(), &UNLIMITED);
    let path = operation.path.replace("{id}", NOBODY);
    let response = other
        .request(&operation.method, &path)
        .bearer(&token)
        .send()
        .await;
    run(back).await;
    document.check(operation, &response)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_gives_the_problems_that_it_tells_of() {
    on_both_with(&UNLIMITED, async |app| {
        app.token(OWNER, Role::Owner).await;
        let document = Document::of(app).await;
        for operation in document.operations() {
            let asked = format!("{} {}", operation.method, operation.path);
            let told: BTreeSet<_> = document.codes(&operation).into_iter().collect();
            let mut given = BTreeSet::new();
            for wrong in Wrong::ALL {
                let response = send(app, &operation, wrong).await;
                if wrong == Wrong::Nothing {
                    assert!(response.status() < 300, "{asked}: {}", response.text());
                }
                given.extend(document.check(&operation, &response));
            }
            if told.contains("403 forbidden") {
                given.extend(of_no_role(app, &operation, &document).await);
            }
            let beyond = told.iter().filter(|code| is_told_beyond(&operation, code));
            given.extend(beyond.cloned().collect::<Vec<_>>());
            assert_eq!(given, told, "{asked} gives, and tells");
        }
    })
    .await;
}

/// Nothing but the kit's own figures and documents is there without the database, and what is, tells of no 503.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_the_database_tells_that_it_may_be_gone() {
    on_both_with(&UNLIMITED, async |app| {
        let document = Document::of(app).await;
        let token = app.token(OWNER, Role::Owner).await;
        app.db().close();
        for operation in document.operations() {
            let path = operation.path.replace("{id}", NOBODY);
            let example = &operation.told["requestBody"]["content"]["application/json"]["example"];
            let request = app.request(&operation.method, &path).bearer(&token);
            let response = request.json(example).send().await;
            let code = document.check(&operation, &response);
            let told: BTreeSet<_> = document.codes(&operation).into_iter().collect();
            let asks = ANY_TIME.iter().all(|code| told.contains(*code));
            assert_eq!(asks, ANY_TIME.iter().any(|code| told.contains(*code)));
            assert_eq!(
                code.is_some_and(|code| code == "503 unavailable"),
                asks,
                "{} {}: {}",
                operation.method,
                operation.path,
                response.text()
            );
        }
    })
    .await;
}

/// One try is let through, and none after it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_is_slowed_down_where_it_is_told() {
    let limits: Vec<_> = UNLIMITED.iter().map(|(name, _)| (*name, "1")).collect();
    for app in TestApp::both_with(example_app::app, &limits).await {
        let document = Document::of(&app).await;
        let token = app.token("guesses@example.com", Role::Viewer).await;
        for operation in document.operations() {
            let told = document
                .codes(&operation)
                .contains(&"429 too_many_requests".to_owned());
            let path = operation.path.replace("{id}", NOBODY);
            let example = &operation.told["requestBody"]["content"]["application/json"]["example"];
            let mut codes = BTreeSet::new();
            for _ in 0..3 {
                let request = app.request(&operation.method, &path).bearer(&token);
                let request = request.from_address([192, 0, 2, 7].into());
                let response = request.json(example).send().await;
                codes.extend(document.check(&operation, &response));
            }
            assert_eq!(
                codes.contains("429 too_many_requests"),
                told,
                "{} {}: {codes:?}",
                operation.method,
                operation.path
            );
        }
    }
}
