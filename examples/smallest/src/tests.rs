//! Each test runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.

use serde_json::json;
use skeleton_runtime::conformance;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use super::{Task, app};

#[skeleton_runtime::test]
async fn a_task_is_made_done_and_found(app: TestApp) {
    let member = app.as_role(Role::Member);
    let made = member
        .post("/tasks")
        .json(&json!({"title": "Buy milk"}))
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(made["done"], false);

    let path = format!("/tasks/{}", made["id"].as_str().unwrap());
    let done = json!({"done": true});
    member.patch(&path).json(&done).send().await.expect(200);

    let found = app.as_role(Role::Viewer).get("/tasks?done=true");
    let found = found.send().await.expect(200).json();
    assert_eq!(found["items"][0]["title"], "Buy milk");
}

#[skeleton_runtime::test]
async fn nothing_is_open_to_everybody(app: TestApp) {
    let refused = app.get("/tasks").send().await;
    refused.expect_problem(401, "unauthenticated");
}

// Every operation, with each role, on good and bad input: a suite made of the declaration.
conformance!(Task);
