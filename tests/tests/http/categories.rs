//! `/categories`: written by admins, unique by name, not deleted while in use.

use serde_json::json;
use skeleton_runtime::auth::Role;

use crate::common::{NOBODY, article_with, category, expected, faults, on_both, path_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_once() {
    on_both(async |app| {
        let news = category(app, "News").await;
        let again = app
            .post("/categories")
            .as_role(Role::Admin)
            .json(&json!({"name": "News"}))
            .send()
            .await;
        assert_eq!(
            faults(&again.expect_problem(409, "conflict")),
            expected(&[("name", "unique")])
        );
        let sport = category(app, "Sport").await;
        let path = path_of("/categories", &sport);
        let renamed = app
            .patch(&path)
            .as_role(Role::Admin)
            .json(&json!({"name": "News"}))
            .send()
            .await;
        assert_eq!(
            faults(&renamed.expect_problem(409, "conflict")),
            expected(&[("name", "unique")])
        );
        let same = app
            .patch(&path_of("/categories", &news))
            .as_role(Role::Admin)
            .json(&json!({"name": "News"}));
        same.send().await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_in_use_stays() {
    on_both(async |app| {
        let news = category(app, "News").await;
        let path = path_of("/categories", &news);
        article_with(
            app,
            &json!({"title": "A", "body": "", "category_id": news["id"]}),
        )
        .await;
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect_problem(409, "in_use");
        app.get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_life_of_a_category() {
    on_both(async |app| {
        let body = json!({"name": "Culture", "description": "Books", "position": 3});
        let row = app
            .post("/categories")
            .as_role(Role::Admin)
            .json(&body)
            .send()
            .await
            .expect(201)
            .json();
        let path = path_of("/categories", &row);
        let cleared = app
            .patch(&path)
            .as_role(Role::Admin)
            .json(&json!({"description": null}))
            .send()
            .await;
        assert_eq!(cleared.expect(200).json()["description"], json!(null));
        let replaced = app
            .put(&path)
            .as_role(Role::Admin)
            .json(&json!({"name": "Arts"}))
            .send()
            .await
            .expect(200);
        assert_eq!(
            replaced.json(),
            json!({"id": row["id"], "name": "Arts", "description": null, "position": 0})
        );
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(204);
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect_problem(404, "not_found");
        app.put(&path)
            .as_role(Role::Admin)
            .json(&json!({"name": "Arts"}))
            .send()
            .await
            .expect_problem(404, "not_found");
        let nowhere = format!("/categories/{NOBODY}");
        app.get(&nowhere)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_count_characters() {
    on_both(async |app| {
        category(app, &"é".repeat(80)).await;
        let long = json!({"name": "é".repeat(81)});
        let problem = app
            .post("/categories")
            .as_role(Role::Admin)
            .json(&long)
            .send()
            .await;
        assert_eq!(
            faults(&problem.expect_problem(422, "validation_failed")),
            expected(&[("name", "length")])
        );
    })
    .await;
}
