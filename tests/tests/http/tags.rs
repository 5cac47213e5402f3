//! `ETag`, `If-Match`, `If-None-Match`, and Merge Patch into JSON columns.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::db::{Statement, Value as Bound};
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, BOB, NOBODY, article, article_with, on_both, path_of};

async fn tag(app: &TestApp, path: &str) -> String {
    let response = app.get(path).as_role(Role::Viewer).send().await.expect(200);
    response.header("etag").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_a_row_has_its_tag() {
    on_both(async |app| {
        let body = json!({"title": "A", "body": ""});
        let made = app
            .post("/articles")
            .as_account(ANN, Role::Member)
            .json(&body)
            .send()
            .await
            .expect(201);
        let path = path_of("/articles", &made.json());
        let first = made.header("etag").unwrap().to_owned();
        assert!(
            first.starts_with('"') && first.ends_with('"'),
            "strong: {first}"
        );
        assert_eq!(tag(app, &path).await, first);
        let patched = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"views": 1}))
            .send()
            .await;
        let second = patched.expect(200).header("etag").unwrap().to_owned();
        assert_ne!(first, second);
        assert_eq!(tag(app, &path).await, second);
        let same = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        assert_eq!(
            same.header("etag"),
            Some(second.as_str()),
            "nothing changed"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_outside_the_service_changes_the_tag() {
    on_both(async |app| {
        let row = article(app, "A").await;
        let path = path_of("/articles", &row);
        let before = tag(app, &path).await;
        let id = row["id"].as_str().unwrap().parse().unwrap();
        let sql = "UPDATE articles SET views = views + 1 WHERE id = $1";
        app.db()
            .execute(Statement::with_binds(sql, vec![Bound::Uuid(id)]))
            .await
            .unwrap();
        assert_ne!(tag(app, &path).await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_client_has_is_not_sent_again() {
    on_both(async |app| {
        let path = path_of("/articles", &article(app, "A").await);
        let tag = tag(app, &path).await;
        for header in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let request = app
                .get(&path)
                .as_role(Role::Viewer)
                .header("if-none-match", &header);
            let response = request.send().await.expect(304);
            assert_eq!(
                (response.text().as_str(), response.header("etag")),
                ("", Some(tag.as_str()))
            );
        }
        app.get(&path)
            .as_role(Role::Viewer)
            .header("if-none-match", "\"other\"")
            .send()
            .await
            .expect(200);
        app.get(&path)
            .header("if-none-match", &tag)
            .send()
            .await
            .expect_problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_ask_for_the_tag() {
    on_both(async |app| {
        let path = path_of("/articles", &article(app, "A").await);
        let old = tag(app, &path).await;
        let whole = json!({"title": "B", "body": ""});
        for wrong in [
            "\"other\"".to_owned(),
            format!("W/{old}"),
            old.trim_matches('"').to_owned(),
            String::new(),
        ] {
            let patch = app
                .patch(&path)
                .as_account(ANN, Role::Member)
                .header("if-match", &wrong);
            patch
                .json(&json!({"title": "B"}))
                .send()
                .await
                .expect_problem(412, "precondition_failed");
            let patch = app
                .patch(&path)
                .as_account(ANN, Role::Member)
                .header("if-match", &wrong);
            patch
                .json(&json!({}))
                .send()
                .await
                .expect_problem(412, "precondition_failed");
            let put = app
                .put(&path)
                .as_account(ANN, Role::Member)
                .header("if-match", &wrong);
            put.json(&whole)
                .send()
                .await
                .expect_problem(412, "precondition_failed");
            let delete = app
                .delete(&path)
                .as_account(ANN, Role::Member)
                .header("if-match", &wrong);
            delete
                .send()
                .await
                .expect_problem(412, "precondition_failed");
        }
        assert_eq!(tag(app, &path).await, old, "nothing was written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_tag_opens_and_no_other_door() {
    on_both(async |app| {
        let path = path_of("/articles", &article(app, "A").await);
        let old = tag(app, &path).await;
        let whole = json!({"title": "B", "body": ""});
        let put = app
            .put(&path)
            .as_account(ANN, Role::Member)
            .header("if-match", &old)
            .json(&whole)
            .send()
            .await;
        let new = put.expect(200).header("etag").unwrap().to_owned();
        let delete = app
            .delete(&path)
            .as_account(BOB, Role::Member)
            .header("if-match", &new);
        delete.send().await.expect_problem(403, "forbidden");
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .header("if-match", &new)
            .send()
            .await
            .expect(204);
        let nowhere = format!("/articles/{NOBODY}");
        let delete = app
            .delete(&nowhere)
            .as_role(Role::Admin)
            .header("if-match", "*");
        delete.send().await.expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_writers_with_one_tag_one_wins() {
    on_both(async |app| {
        let path = path_of("/articles", &article(app, "A").await);
        let tag = tag(app, &path).await;
        let token = app.token(ANN, Role::Member).await;
        let write = async |number: i32| {
            let request = app.patch(&path).bearer(&token).header("if-match", &tag);
            request
                .json(&json!({ "views": number + 1 }))
                .send()
                .await
                .status()
        };
        let statuses = futures_util::future::join_all((0..16).map(write)).await;
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            1,
            "{statuses:?}"
        );
        assert_eq!(
            statuses.iter().filter(|status| **status == 412).count(),
            15,
            "{statuses:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_columns_are_merged() {
    on_both(async |app| {
        let metadata = json!({"a": {"b": 1, "c": [1, 2]}, "d": "kept", "e": null});
        let row = article_with(
            app,
            &json!({"title": "A", "body": "", "metadata": metadata}),
        )
        .await;
        let path = path_of("/articles", &row);
        let patch = async |metadata: Value| {
            let request = app
                .patch(&path)
                .as_account(ANN, Role::Member)
                .json(&json!({ "metadata": metadata }));
            request.send().await.expect(200).json()["metadata"].clone()
        };
        let merged = patch(json!({"a": {"b": null, "f": {"g": true}}, "h": 2.5})).await;
        assert_eq!(
            merged,
            json!({"a": {"c": [1, 2], "f": {"g": true}}, "d": "kept", "e": null, "h": 2.5})
        );
        assert_eq!(
            patch(json!([1])).await,
            json!([1]),
            "what is no object replaces"
        );
        assert_eq!(patch(json!({"a": {"x": null}})).await, json!({"a": {}}));
        assert_eq!(
            patch(Value::Null).await,
            Value::Null,
            "null clears the column"
        );
        assert_eq!(patch(json!({"n": 1})).await, json!({"n": 1}));
        let put = json!({"title": "A", "body": "", "metadata": {"only": null}});
        let put = app
            .put(&path)
            .as_account(ANN, Role::Member)
            .json(&put)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(
            put["metadata"],
            json!({"only": null}),
            "PUT replaces, and merges nothing"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_replaces_json_whatever_its_tag() {
    on_both(async |app| {
        let body = json!({"title": "A", "body": "", "metadata": {"a": 1, "b": {"c": 2}}});
        let path = path_of("/articles", &article_with(app, &body).await);
        let body = json!({"title": "A", "body": "", "metadata": {"b": {"d": 3}}});
        for tagged in [false, true] {
            let put = app.put(&path).as_account(ANN, Role::Member).json(&body);
            let put = if tagged {
                put.header("if-match", &tag(app, &path).await)
            } else {
                put
            };
            assert_eq!(
                put.send().await.expect(200).json()["metadata"],
                body["metadata"]
            );
        }
    })
    .await;
}
