//! The service as its callers see it, on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.

use my_service::app;

use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_made_listed_and_changed_by_its_author() {
    for app in TestApp::both(app).await {
        let note = json!({ "title": "Milk", "body": "Two bottles." });
        let made = app.post("/notes").as_role(Role::Member).json(&note);
        let made = made.send().await.expect(201).json();
        let path = format!("/notes/{}", made["id"].as_str().unwrap_or_default());

        let listed = app.get("/notes?title=Milk").as_role(Role::Viewer);
        assert_eq!(listed.send().await.expect(200).json()["items"][0], made);

        let change = json!({ "body": "Three bottles." });
        let changed = app.patch(&path).as_role(Role::Member).json(&change);
        let changed = changed.send().await.expect(200).json();
        assert_eq!(changed["body"], "Three bottles.");

        let others = app
            .patch(&path)
            .as_account("other@example.com", Role::Member);
        let others = others.json(&change).send().await;
        others.expect_problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_needs_a_title() {
    for app in TestApp::both(app).await {
        let note = json!({ "title": "", "colour": "red" });
        let refused = app.post("/notes").as_role(Role::Member).json(&note);
        let problem = refused
            .send()
            .await
            .expect_problem(422, "validation_failed");
        let fields = problem["errors"].as_array().into_iter().flatten();
        let fields: Vec<_> = fields.map(|fault| &fault["field"]).collect();
        assert_eq!(fields, ["colour", "title"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_open_to_everybody() {
    for app in TestApp::both(app).await {
        let refused = app.get("/notes").send().await;
        refused.expect_problem(401, "unauthenticated");
    }
}
