//! `/articles`: the whole life of a row.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;

use crate::common::{
    ANN, BOB, NOBODY, article, article_with, category, expected, faults, on_both, path_of,
};

#[tokio::test(flavor = "multi_thread")]
async fn create_answers_the_whole_row() {
    on_both(async |app| {
        let body = json!({
            "title": "Ünïcödé 🚀", "body": "", "status": "archived", "views": 7, "rating": "4.50",
            "metadata": {"tags": ["a", {"deep": [1, 2.5, null, true]}]},
        });
        let request = app
            .post("/articles")
            .as_account(ANN, Role::Member)
            .json(&body);
        let response = request.send().await.expect(201);
        let row = response.json();
        assert_eq!(
            response.header("location"),
            Some(path_of("/articles", &row).as_str())
        );
        for field in ["title", "body", "status", "views", "rating", "metadata"] {
            assert_eq!(row[field], body[field], "{field}");
        }
        let ann = app
            .account(ANN, skeleton_runtime::auth::RoleSet::role(Role::Member))
            .await;
        assert_eq!(row["author_id"], ann.id.to_string());
        assert_eq!(row["category_id"], Value::Null);
        assert_eq!(row["created_at"], row["updated_at"]);
        assert!(row["created_at"].as_str().unwrap().ends_with('Z'));
        assert_eq!(
            app.get(&path_of("/articles", &row))
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200)
                .json(),
            row
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn defaults_fill_what_is_absent() {
    on_both(async |app| {
        let row = article(app, "Plain").await;
        assert_eq!(
            (&row["status"], &row["views"]),
            (&json!("draft"), &json!(0))
        );
        assert_eq!(
            (&row["rating"], &row["metadata"], &row["published_at"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!(row.as_object().unwrap().len(), 13);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn patch_tells_absent_from_null() {
    on_both(async |app| {
        let row = article_with(
            app,
            &json!({"title": "A", "body": "b", "rating": "1.0", "metadata": {"a": 1}}),
        )
        .await;
        let path = path_of("/articles", &row);
        let patched = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"rating": null, "views": 3}))
            .send()
            .await;
        let patched = patched.expect(200).json();
        assert_eq!(
            (&patched["rating"], &patched["views"]),
            (&Value::Null, &json!(3))
        );
        assert_eq!(
            (&patched["title"], &patched["metadata"]),
            (&row["title"], &row["metadata"])
        );
        assert!(patched["updated_at"].as_str() > row["updated_at"].as_str());
        assert_eq!(patched["created_at"], row["created_at"]);

        let merge = app.patch(&path).as_account(ANN, Role::Member);
        let merged = merge
            .body("application/merge-patch+json", "{}")
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(merged, patched, "an empty patch changes nothing");

        let problem = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"title": null}))
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("title", "null")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn put_replaces_every_writable_field() {
    on_both(async |app| {
        let row = article_with(
            app,
            &json!({"title": "A", "body": "b", "views": 9, "rating": "1.0"}),
        )
        .await;
        let path = path_of("/articles", &row);
        let replaced = app
            .put(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"title": "B", "body": "c"}));
        let replaced = replaced.send().await.expect(200).json();
        assert_eq!(
            (&replaced["title"], &replaced["views"], &replaced["rating"]),
            (&json!("B"), &json!(0), &Value::Null)
        );
        assert_eq!(
            (&replaced["id"], &replaced["slug"]),
            (&row["id"], &row["slug"])
        );

        let problem = app
            .put(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"views": 1}))
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(
            faults(&problem),
            expected(&[("title", "required"), ("body", "required")])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_takes_the_comments_along() {
    on_both(async |app| {
        let row = article(app, "Short-lived").await;
        let comment = crate::common::comment(app, &row).await;
        app.delete(&path_of("/articles", &row))
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        app.get(&path_of("/articles", &row))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(404, "not_found");
        app.get(&path_of("/comments", &comment))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_and_admins_write() {
    on_both(async |app| {
        let row = article(app, "Ann's").await;
        let path = path_of("/articles", &row);
        let change = json!({"title": "Bob's"});
        let whole = json!({"title": "Bob's", "body": ""});
        app.patch(&path)
            .as_account(BOB, Role::Member)
            .json(&change)
            .send()
            .await
            .expect_problem(403, "forbidden");
        app.patch(&path)
            .as_account(BOB, Role::Member)
            .json(&json!({}))
            .send()
            .await
            .expect_problem(403, "forbidden");
        app.put(&path)
            .as_account(BOB, Role::Member)
            .json(&whole)
            .send()
            .await
            .expect_problem(403, "forbidden");
        app.delete(&path)
            .as_account(BOB, Role::Member)
            .send()
            .await
            .expect_problem(403, "forbidden");
        assert_eq!(
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200)
                .json(),
            row,
            "nothing was written"
        );

        app.patch(&path)
            .as_role(Role::Admin)
            .json(&change)
            .send()
            .await
            .expect(200);
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_not_there_is_not_forbidden() {
    on_both(async |app| {
        let change = json!({"title": "Bob's"});
        let nowhere = format!("/articles/{NOBODY}");
        app.patch(&nowhere)
            .as_account(BOB, Role::Member)
            .json(&change)
            .send()
            .await
            .expect_problem(404, "not_found");
        app.delete(&nowhere)
            .as_account(BOB, Role::Member)
            .send()
            .await
            .expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_body_comes_in_one_answer() {
    on_both(async |app| {
        let body = json!({
            "title": "", "status": "lost", "views": "many", "rating": 4.5, "category_id": "x",
            "author_id": NOBODY, "id": NOBODY, "slug": "mine", "created_at": "now", "colour": "red",
        });
        let problem = app
            .post("/articles")
            .as_role(Role::Member)
            .json(&body)
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        let all = [
            ("title", "length"),
            ("body", "required"),
            ("status", "enum"),
            ("views", "type"),
            ("rating", "type"),
            ("category_id", "type"),
            ("author_id", "read_only"),
            ("id", "read_only"),
            ("slug", "read_only"),
            ("created_at", "read_only"),
            ("colour", "unknown"),
        ];
        assert_eq!(faults(&problem), expected(&all));
        assert_eq!(problem["detail"], "11 fields are invalid");
        let title = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|error| error["field"] == "title")
            .unwrap();
        assert_eq!(title["message"], "length must be between 1 and 200");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_must_exist() {
    on_both(async |app| {
        let body = json!({"title": "A", "body": "", "category_id": NOBODY});
        let problem = app
            .post("/articles")
            .as_role(Role::Member)
            .json(&body)
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("category_id", "reference")]));

        let shelf = category(app, "News").await;
        let row = article_with(
            app,
            &json!({"title": "A", "body": "", "category_id": shelf["id"]}),
        )
        .await;
        assert_eq!(row["category_id"], shelf["id"]);
        let path = path_of("/articles", &row);
        let problem = app
            .patch(&path)
            .as_role(Role::Admin)
            .json(&json!({"category_id": NOBODY}))
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("category_id", "reference")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publish_is_for_admins() {
    on_both(async |app| {
        let row = article(app, "Ready").await;
        let path = format!("{}/publish", path_of("/articles", &row));
        app.post(&path)
            .send()
            .await
            .expect_problem(401, "unauthenticated");
        let problem = app
            .post(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect_problem(403, "forbidden");
        assert!(
            problem["detail"].as_str().unwrap().contains("ADMIN"),
            "{problem}"
        );
        let published = app
            .post(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&published["status"], &published["title"]),
            (&json!("published"), &row["title"])
        );
        assert!(published["published_at"].is_string());
        let read = app
            .get(&path_of("/articles", &row))
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(
            read, published,
            "a handler answers the row as the endpoints do"
        );

        let nowhere = format!("/articles/{NOBODY}/publish");
        app.post(&nowhere)
            .as_role(Role::Admin)
            .send()
            .await
            .expect_problem(404, "not_found");
        app.post("/articles/one/publish")
            .as_role(Role::Admin)
            .send()
            .await
            .expect_problem(400, "invalid_path");
    })
    .await;
}
