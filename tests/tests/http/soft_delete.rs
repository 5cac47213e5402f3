//! Soft deletes: a deleted row stays in the table and is nowhere else, until it is restored.

use serde_json::json;
use skeleton_runtime::db::{Row, Statement};
use skeleton_runtime::prelude::*;

use crate::common::{ANN, NOBODY, expected, faults, path_of};
use crate::hooks::{count, note, on_both, post};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_is_nowhere_but_in_the_table() {
    on_both(async |app| {
        let path = path_of("/notes", &note(app, "A").await);
        note(app, "B").await;
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);

        let as_admin = |verb: &str, path: &str| app.request(verb, path).as_role(Role::Admin);
        as_admin("GET", &path)
            .send()
            .await
            .expect_problem(404, "not_found");
        for verb in ["PATCH", "PUT"] {
            let write = as_admin(verb, &path)
                .json(&json!({"title": "C"}))
                .send()
                .await;
            write.expect_problem(404, "not_found");
        }
        as_admin("DELETE", &path)
            .send()
            .await
            .expect_problem(404, "not_found");
        assert_eq!(count(app, "/notes").await, 1);
        for query in ["?title=A", "?q=A", "?sort=title"] {
            let list = as_admin("GET", &format!("/notes{query}"))
                .send()
                .await
                .expect(200)
                .json();
            let titles = list["items"].as_array().unwrap().iter();
            assert!(
                titles.clone().all(|row| row["title"] == "B"),
                "{query}: {list}"
            );
        }
        let marked = |row: &Row<'_>| Ok(row.raw(0)?.is_some());
        let find = Statement::new("SELECT deleted_at FROM notes WHERE title = 'A'");
        assert_eq!(app.db().fetch(find, marked).await.unwrap(), [true]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_unique_among_the_living() {
    on_both(async |app| {
        let first = path_of("/notes", &note(app, "A").await);
        let again = post(app, "/notes", &json!({"title": "A"})).await;
        again.expect_problem(409, "conflict");
        app.delete(&first)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        note(app, "A").await;
        let restore = app.post(&format!("{first}/restore")).as_role(Role::Admin);
        let problem = restore.send().await.expect_problem(409, "conflict");
        assert_eq!(faults(&problem), expected(&[("title", "unique")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_restores_what_was_deleted() {
    on_both(async |app| {
        let row = note(app, "A").await;
        let path = path_of("/notes", &row);
        let restore = format!("{path}/restore");
        let as_admin = || app.post(&restore).as_role(Role::Admin).send();
        as_admin().await.expect_problem(404, "not_found");
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        let by_owner = app
            .post(&restore)
            .as_account(ANN, Role::Member)
            .send()
            .await;
        by_owner.expect_problem(403, "forbidden");
        app.post(&restore)
            .send()
            .await
            .expect_problem(401, "unauthenticated");

        let restored = as_admin().await.expect(200);
        let found = app
            .get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        assert_eq!(restored.header("etag"), found.header("etag"));
        assert_eq!(restored.json(), found.json());
        assert_eq!(found.json()["deleted_at"], json!(null));
        assert_eq!(found.json()["version"], 3, "deleted and restored");
        as_admin().await.expect_problem(404, "not_found");
        let nobody = app
            .post(&format!("/notes/{NOBODY}/restore"))
            .as_role(Role::Admin);
        nobody.send().await.expect_problem(404, "not_found");
        let bad = app.post("/notes/x/restore").as_role(Role::Admin);
        bad.send().await.expect_problem(400, "invalid_path");
        let get = app.get(&restore).as_role(Role::Admin).send().await;
        assert_eq!(get.header("allow"), Some("POST"));
        get.expect_problem(405, "method_not_allowed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soft_delete_obeys_its_tag() {
    on_both(async |app| {
        let path = path_of("/notes", &note(app, "A").await);
        let tag = app.get(&path).as_role(Role::Viewer).send().await;
        let tag = tag.header("etag").unwrap().to_owned();
        let delete = |tag: &str| {
            app.delete(&path)
                .as_account(ANN, Role::Member)
                .header("if-match", tag)
        };
        delete("\"other\"")
            .send()
            .await
            .expect_problem(412, "precondition_failed");
        delete(&tag).send().await.expect(204);
        delete(&tag).send().await.expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_soft_delete_has_no_restore() {
    crate::common::on_both(async |app| {
        let path = format!("/articles/{NOBODY}/restore");
        let restore = app.post(&path).as_role(Role::Owner).send().await;
        restore.expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_is_in_no_include() {
    on_both(async |app| {
        let parent = note(app, "A").await;
        let reply = json!({"title": "B", "parent_id": parent["id"]});
        let reply = post(app, "/notes", &reply).await.expect(201).json();
        let replies = async || {
            let path = format!("{}?include=replies", path_of("/notes", &parent));
            let row = app.get(&path).as_role(Role::Viewer).send().await;
            row.expect(200).json()["replies"].as_array().unwrap().len()
        };
        assert_eq!(replies().await, 1);
        let path = path_of("/notes", &reply);
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(204);
        assert_eq!(replies().await, 0);
        app.post(&format!("{path}/restore"))
            .as_role(Role::Admin)
            .send()
            .await
            .expect(200);
        let path = path_of("/notes", &parent);
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(204);
        let row = app.get(&format!("{}?include=parent", path_of("/notes", &reply)));
        let row = row.as_role(Role::Viewer).send().await.expect(200).json();
        assert_eq!(
            (&row["parent"], &row["parent_id"]),
            (&json!(null), &parent["id"])
        );
    })
    .await;
}
