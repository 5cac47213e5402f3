//! Hooks: before and after each write, in its transaction, and after the commit.

use serde_json::{Value, json};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestResponse};
use skeleton_tests::notebook::{self, Journal};

use crate::common::{ANN, NOBODY, expected, faults, path_of};

pub(crate) async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both(notebook::app).await {
        test(&app).await;
    }
}

pub(crate) async fn post(app: &TestApp, path: &str, body: &Value) -> TestResponse {
    let request = app.post(path).as_account(ANN, Role::Member);
    request.json(body).send().await
}

/// A note of Ann's.
pub(crate) async fn note(app: &TestApp, title: &str) -> Value {
    let made = post(app, "/notes", &json!({ "title": title })).await;
    made.expect(201).json()
}

pub(crate) async fn count(app: &TestApp, path: &str) -> i64 {
    let path = format!("{path}?count=true");
    let list = app.get(&path).as_role(Role::Viewer).send().await;
    list.expect(200).json()["total"].as_i64().unwrap()
}

fn id_of(note: &Value) -> Uuid {
    note["id"].as_str().unwrap().parse().unwrap()
}

/// What the journal says of a note.
async fn entries(app: &TestApp, note: &Value) -> Vec<String> {
    let path = format!("/entries?note_id={}", id_of(note));
    let list = app.get(&path).as_role(Role::Viewer).send().await;
    let list = list.expect(200).json();
    let whats = list["items"].as_array().unwrap().iter();
    whats
        .map(|entry| entry["what"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_write_is_told_in_its_transaction_and_after_its_commit() {
    on_both(async |app| {
        let made = note(app, "  A ").await;
        assert_eq!(made["title"], "A", "a hook changed it");
        let path = path_of("/notes", &made);
        let change = |verb: &str, body: Value| {
            let request = app.request(verb, &path).as_account(ANN, Role::Member);
            async move { request.json(&body).send().await.expect(200).json() }
        };
        assert_eq!(change("PATCH", json!({"stars": 3})).await["version"], 2);
        let put = change("PUT", json!({"title": "B", "stars": 1})).await;
        assert_eq!(
            put["stars"], 3,
            "a hook had the last word, which the row told it"
        );
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        let restore = app.post(&format!("{path}/restore"));
        restore.as_role(Role::Admin).send().await.expect(200);
        let told = [
            "created",
            "updated from 1 to 2",
            "updated from 2 to 3",
            "deleted",
            "restored",
        ];
        assert_eq!(entries(app, &made).await, told);
        let told = ["created", "updated", "updated", "deleted", "restored"];
        assert_eq!(Journal::told(id_of(&made)), told);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_without_changes_is_told_to_nobody() {
    on_both(async |app| {
        let made = note(app, "A").await;
        let patch = app
            .patch(&path_of("/notes", &made))
            .as_account(ANN, Role::Member);
        assert_eq!(patch.json(&json!({})).send().await.expect(200).json(), made);
        assert_eq!(entries(app, &made).await, ["created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_rolls_everything_back() {
    on_both(async |app| {
        let before = post(app, "/notes", &json!({"title": "forbidden"})).await;
        before.expect_problem(403, "forbidden");
        let after = post(app, "/notes", &json!({"title": "fails late"})).await;
        after.expect_problem(409, "conflict");
        assert_eq!(
            (count(app, "/notes").await, count(app, "/entries").await),
            (0, 0)
        );

        let sealed = note(app, "sealed").await;
        let path = path_of("/notes", &sealed);
        let patch = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"stars": 1}));
        patch.send().await.expect_problem(403, "forbidden");
        let delete = app.delete(&path).as_account(ANN, Role::Member).send().await;
        delete.expect_problem(403, "forbidden");
        assert_eq!(entries(app, &sealed).await, ["created"]);
        assert_eq!(Journal::told(id_of(&sealed)), ["created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hook_writes_is_validated_too() {
    on_both(async |app| {
        let problem = post(app, "/notes", &json!({"title": "stretched"})).await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("title", "length")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_knows_the_caller() {
    on_both(async |app| {
        assert_eq!(note(app, "anonymous").await["title"], ANN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_after_the_commit_undoes_nothing() {
    on_both(async |app| {
        let made = note(app, "told badly").await;
        assert_eq!(entries(app, &made).await, ["created"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_come_before_hooks() {
    on_both(async |app| {
        let sealed = path_of("/notes", &note(app, "sealed").await);
        let delete = app
            .delete(&sealed)
            .as_account("bob@example.com", Role::Member);
        let problem = delete.send().await.expect_problem(403, "forbidden");
        assert_ne!(problem["detail"], "it is sealed");
        let missing = app.delete(&format!("/notes/{NOBODY}")).as_role(Role::Admin);
        missing.send().await.expect_problem(404, "not_found");
        let stale = app.delete(&sealed).as_account(ANN, Role::Member);
        let stale = stale.header("if-match", "\"other\"").send().await;
        stale.expect_problem(412, "precondition_failed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_ones_own_is_all_or_nothing() {
    on_both(async |app| {
        let both = post(app, "/notes/pair", &json!({"titles": ["A", "B"]})).await;
        let made = both.expect(200).json();
        assert_eq!(Journal::told(id_of(&made[0])), ["created"]);
        let second_fails = post(app, "/notes/pair", &json!({"titles": ["C", "A"]})).await;
        let problem = second_fails.expect_problem(409, "conflict");
        assert_eq!(faults(&problem), expected(&[("title", "unique")]));
        assert_eq!(
            (count(app, "/notes").await, count(app, "/entries").await),
            (2, 2)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_within_is_undone_alone() {
    on_both(async |app| {
        let titles = json!({"titles": ["A", "fails late", "A", "B"]});
        let made = post(app, "/notes/attempt", &titles)
            .await
            .expect(200)
            .json();
        assert_eq!(made, 2);
        assert_eq!(
            (count(app, "/notes").await, count(app, "/entries").await),
            (2, 2)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_runs_once_for_each_of_many_writers() {
    on_both(async |app| {
        let made = note(app, "A").await;
        let path = path_of("/notes", &made);
        let tag = app.get(&path).as_role(Role::Viewer).send().await;
        let tag = tag.header("etag").unwrap().to_owned();
        let writers = (0..16).map(|stars| {
            let patch = app.patch(&path).as_account(ANN, Role::Member);
            let patch = patch
                .header("if-match", &tag)
                .json(&json!({"stars": stars % 6}));
            async move { patch.send().await.status() }
        });
        let statuses = futures_util::future::join_all(writers).await;
        let won = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(won, 1, "{statuses:?}");
        assert_eq!(
            entries(app, &made).await,
            ["created", "updated from 1 to 2"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_ones_own_is_asked_beside_all_others() {
    on_both(async |app| {
        let body = json!({"title": "A\nB", "stars": 9, "what": 1});
        let problem = post(app, "/notes", &body).await;
        let problem = problem.expect_problem(422, "validation_failed");
        let all = [("stars", "range"), ("title", "custom"), ("what", "unknown")];
        assert_eq!(faults(&problem), expected(&all));
        let made = note(app, "A").await;
        let patch = app
            .patch(&path_of("/notes", &made))
            .as_account(ANN, Role::Member);
        let patch = patch.json(&json!({"title": "A\nB", "stars": "x"}));
        let problem = patch.send().await.expect_problem(422, "validation_failed");
        assert_eq!(
            faults(&problem),
            expected(&[("stars", "type"), ("title", "custom")])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_of_a_typed_column_is_merged_and_then_held_to_its_type() {
    on_both(async |app| {
        let body = json!({"title": "A", "look": {"color": "red", "font": "serif"}});
        let made = post(app, "/notes", &body).await.expect(201).json();
        let path = path_of("/notes", &made);
        let patch = |look: Value| {
            let patch = app.patch(&path).as_account(ANN, Role::Member);
            patch.json(&json!({ "look": look })).send()
        };
        let looks = [
            (
                json!({"color": "blue"}),
                json!({"color": "blue", "font": "serif"}),
            ),
            (json!({"font": null}), json!({"color": "blue"})),
            (json!({}), json!({"color": "blue"})),
            (Value::Null, Value::Null),
            (
                json!({"color": "green", "font": null}),
                json!({"color": "green"}),
            ),
        ];
        for (sent, kept) in looks {
            assert_eq!(patch(sent).await.expect(200).json()["look"], kept);
        }
        for wrong in [
            json!({"color": null}),
            json!({"size": 1}),
            json!({"color": 7}),
            json!([]),
        ] {
            let problem = patch(wrong).await.expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&[("look", "type")]));
        }
        let partial = post(app, "/notes", &json!({"title": "B", "look": {"font": "x"}})).await;
        partial.expect_problem(422, "validation_failed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_that_leads_nowhere_is_named() {
    on_both(async |app| {
        let both = json!({"title": "A", "parent_id": NOBODY, "see_id": NOBODY});
        let missing = [("parent_id", "reference"), ("see_id", "reference")];
        let create = post(app, "/notes", &both).await;
        let problem = create.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&missing));
        let bulk = post(app, "/notes/bulk", &json!({ "items": [both] })).await;
        let problem = bulk.expect_problem(422, "validation_failed");
        let places = missing.map(|(field, code)| (format!("items.0.{field}"), code.to_owned()));
        assert_eq!(faults(&problem), places);
        let path = path_of("/notes", &note(app, "A").await);
        let patch = app.patch(&path).as_account(ANN, Role::Member).json(&both);
        let problem = patch.send().await.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&missing));

        let with_others = json!({"title": "", "parent_id": NOBODY, "see_id": "x"});
        let all = [
            ("parent_id", "reference"),
            ("see_id", "type"),
            ("title", "length"),
        ];
        let create = post(app, "/notes", &with_others).await;
        let problem = create.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&all));
        assert_eq!(problem["detail"], "3 fields are invalid");
        for verb in ["PATCH", "PUT"] {
            let change = app.request(verb, &path).as_account(ANN, Role::Member);
            let problem = change.json(&with_others).send().await;
            let problem = problem.expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&all), "{verb}");
        }
        let items = json!({ "items": [{"title": "B"}, with_others] });
        let bulk = post(app, "/notes/bulk", &items).await;
        let problem = bulk.expect_problem(422, "validation_failed");
        let places = all.map(|(field, code)| (format!("items.1.{field}"), code.to_owned()));
        assert_eq!(faults(&problem), places);
        assert_eq!(count(app, "/notes").await, 1);
    })
    .await;
}
