//! What the tests share: the application on both databases, and rows to work with.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

/// Runs a test on each database.
pub(crate) async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both(example_app::app).await {
        test(&app).await;
    }
}

/// The same with settings.
pub(crate) async fn on_both_with(settings: &[(&str, &str)], test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both_with(example_app::app, settings).await {
        test(&app).await;
    }
}

/// Two accounts that own things.
pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BOB: &str = "bob@example.com";

/// A UUID that no row has.
pub(crate) const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

pub(crate) async fn category(app: &TestApp, name: &str) -> Value {
    let body = json!({ "name": name });
    app.post("/categories")
        .as_role(Role::Admin)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json()
}

/// An article of Ann's.
pub(crate) async fn article(app: &TestApp, title: &str) -> Value {
    article_with(app, &json!({ "title": title, "body": "Text." })).await
}

pub(crate) async fn article_with(app: &TestApp, body: &Value) -> Value {
    app.post("/articles")
        .as_account(ANN, Role::Member)
        .json(body)
        .send()
        .await
        .expect(201)
        .json()
}

/// A comment of Ann's.
pub(crate) async fn comment(app: &TestApp, article: &Value) -> Value {
    let body = json!({ "article_id": article["id"], "body": "Well said." });
    app.post("/comments")
        .as_account(ANN, Role::Member)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json()
}

/// `/articles/…` of a row.
pub(crate) fn path_of(collection: &str, row: &Value) -> String {
    format!(
        "{collection}/{}",
        row["id"].as_str().expect("a row has an id")
    )
}

/// The fields that a problem names, each with its code.
pub(crate) fn faults(problem: &Value) -> Vec<(String, String)> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let mut faults: Vec<_> = errors
        .iter()
        .map(|error| (text(error, "field"), text(error, "code")))
        .collect();
    faults.sort();
    faults
}

/// The same, to compare with.
pub(crate) fn expected(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut faults: Vec<_> = faults
        .iter()
        .map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
        .collect();
    faults.sort();
    faults
}
