//! `Idempotency-Key`: what is sent twice is done once.

use serde_json::{Value, json};
use skeleton_runtime::db::{Row, Statement};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestRequest};

use crate::common::{ANN, BOB, path_of};
use crate::hooks::{count, note, on_both};

fn create<'a>(app: &'a TestApp, key: &str, body: &Value) -> TestRequest<'a> {
    let request = app.post("/notes").as_account(ANN, Role::Member);
    request.header("idempotency-key", key).json(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_gets_the_first_answer() {
    on_both(async |app| {
        let body = json!({"title": "A", "meta": {"é": [1, null]}});
        let first = create(app, "k-1", &body).send().await.expect(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        let path = path_of("/notes", &first.json());
        let change = app.patch(&path).as_account(ANN, Role::Member);
        change.json(&json!({"stars": 1})).send().await.expect(200);
        let again = create(app, "k-1", &body).send().await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(
            again.text(),
            first.text(),
            "the first answer, whatever happened since"
        );
        for header in ["location", "etag", "content-type"] {
            assert!(again.header(header).is_some(), "{header}");
            assert_eq!(again.header(header), first.header(header), "{header}");
        }
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        assert_eq!(count(app, "/notes").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_request_under_the_key_is_refused() {
    on_both(async |app| {
        let body = json!({"title": "A"});
        let made = create(app, "k", &body).send().await.expect(201).json();
        let other = create(app, "k", &json!({"title": "B"})).send().await;
        other.expect_problem(422, "idempotency_mismatch");
        let path = path_of("/notes", &made);
        let elsewhere = app.patch(&path).as_account(ANN, Role::Member);
        let elsewhere = elsewhere
            .header("idempotency-key", "k")
            .json(&body)
            .send()
            .await;
        elsewhere.expect_problem(422, "idempotency_mismatch");
        assert_eq!(count(app, "/notes").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_belong_to_their_caller() {
    on_both(async |app| {
        let made = create(app, "k", &json!({"title": "A"}))
            .send()
            .await
            .expect(201);
        let bob = app.post("/notes").as_account(BOB, Role::Member);
        let bob = bob
            .header("idempotency-key", "k")
            .json(&json!({"title": "B"}));
        let bob = bob.send().await.expect(201);
        assert_eq!(bob.header("idempotency-replayed"), None);
        assert_ne!(bob.json()["id"], made.json()["id"]);
        let nobody = app.post("/notes").header("idempotency-key", "k");
        let nobody = nobody.json(&json!({"title": "A"})).send().await;
        nobody.expect_problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_and_a_bulk_create_are_done_once_too() {
    on_both(async |app| {
        let path = path_of("/notes", &note(app, "A").await);
        let patch = || {
            let patch = app.patch(&path).as_account(ANN, Role::Member);
            let patch = patch
                .header("idempotency-key", "p")
                .json(&json!({"stars": 2}));
            async move { patch.send().await.expect(200).json() }
        };
        assert_eq!(patch().await["version"], 2);
        assert_eq!(patch().await["version"], 2);
        let bulk = || {
            let bulk = app.post("/notes/bulk").as_account(ANN, Role::Member);
            let items = json!({"items": [{"title": "B"}, {"title": "C"}]});
            let bulk = bulk.header("idempotency-key", "b").json(&items);
            async move { bulk.send().await.expect(201).json() }
        };
        assert_eq!(bulk().await, bulk().await);
        assert_eq!(count(app, "/notes").await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_not_kept() {
    on_both(async |app| {
        for (title, status) in [("", 422), ("forbidden", 403), ("fails late", 409)] {
            let refused = create(app, "k", &json!({ "title": title })).send().await;
            refused.expect(status);
        }
        let made = create(app, "k", &json!({"title": "A"}))
            .send()
            .await
            .expect(201);
        assert_eq!(made.header("idempotency-replayed"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_is_refused() {
    on_both(async |app| {
        let body = json!({"title": "A"});
        for key in ["", "é", &"k".repeat(256)] {
            let problem = create(app, key, &body).send().await;
            let problem = problem.expect_problem(400, "invalid_query");
            assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
        }
        let twice = create(app, "a", &body)
            .header("idempotency-key", "b")
            .send()
            .await;
        twice.expect_problem(400, "invalid_query");
        create(app, &"k".repeat(255), &body)
            .send()
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_first_runs_a_repeat_is_told_so() {
    on_both(async |app| {
        let body = json!({"title": "slow"});
        // The accounts are made before, so that nothing else is waited for.
        note(app, "A").await;
        let sent = (0..8).map(|_| create(app, "k", &body).send());
        let answers = futures_util::future::join_all(sent).await;
        let (made, others): (Vec<_>, Vec<_>) = answers
            .into_iter()
            .partition(|answer| answer.status() == 201);
        let first = made
            .iter()
            .filter(|answer| answer.header("idempotency-replayed").is_none());
        assert_eq!(first.count(), 1);
        assert!(!others.is_empty());
        for answer in others {
            assert_eq!(answer.header("retry-after"), Some("1"));
            answer.expect_problem(409, "in_progress");
        }
        assert_eq!(count(app, "/notes").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_a_key_is_free_again() {
    on_both(async |app| {
        create(app, "k", &json!({"title": "A"}))
            .send()
            .await
            .expect(201);
        let yesterday = Utc::now() - chrono_day();
        let age = Statement::new("UPDATE idempotency_keys SET created_at = $1")
            .bind(skeleton_runtime::db::Value::Timestamp(yesterday));
        assert_eq!(app.db().execute(age).await.unwrap(), 1);
        let made = create(app, "k", &json!({"title": "B"}))
            .send()
            .await
            .expect(201);
        assert_eq!(made.header("idempotency-replayed"), None);
        let again = create(app, "k", &json!({"title": "B"}))
            .send()
            .await
            .expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));

        let services = app.service().state().services();
        assert_eq!(services.clear_old_answers().await.unwrap(), 0);
        let age = Statement::new("UPDATE idempotency_keys SET created_at = $1")
            .bind(skeleton_runtime::db::Value::Timestamp(yesterday));
        app.db().execute(age).await.unwrap();
        assert_eq!(services.clear_old_answers().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_kept_no_longer_are_removed() {
    on_both(async |app| {
        let old = Statement::new(
            "INSERT INTO idempotency_keys (owner_id, \"key\", request, status, headers, body, created_at) \
             VALUES ($1, 'old', $2, 201, '[]', NULL, $3)",
        );
        let old = old
            .bind(skeleton_runtime::db::Value::Uuid(Uuid::nil()))
            .bind(skeleton_runtime::db::Value::Bytes(vec![0; 32]))
            .bind(skeleton_runtime::db::Value::Timestamp(Utc::now() - chrono_day()));
        app.db().execute(old).await.unwrap();
        create(app, "k", &json!({"title": "A"}))
            .send()
            .await
            .expect(201);
        let services = app.service().state().services();
        assert_eq!(services.clear_old_answers().await.unwrap(), 1);
        let keys = Statement::new("SELECT \"key\" FROM idempotency_keys");
        let text = |row: &Row<'_>| match row.raw(0)? {
            Some(mut raw) => Ok(raw.as_str()?.to_owned()),
            None => Err("a key is never NULL".into()),
        };
        assert_eq!(app.db().fetch(keys, text).await.unwrap(), ["k"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_is_done_once_too() {
    on_both(async |app| {
        let path = path_of("/notes", &note(app, "A").await);
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        let restore = || {
            let restore = app.post(&format!("{path}/restore")).as_role(Role::Admin);
            restore.header("idempotency-key", "r").send()
        };
        let first = restore().await.expect(200);
        let again = restore().await.expect(200);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.text(), first.text());
    })
    .await;
}

fn chrono_day() -> std::time::Duration {
    std::time::Duration::from_hours(24)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_needs_no_key() {
    on_both(async |app| {
        let path = path_of("/notes", &note(app, "A").await);
        for version in [2, 3] {
            let put = app.put(&path).as_account(ANN, Role::Member);
            let put = put
                .header("idempotency-key", "k")
                .json(&json!({"title": "B"}));
            assert_eq!(put.send().await.expect(200).json()["version"], version);
        }
    })
    .await;
}
