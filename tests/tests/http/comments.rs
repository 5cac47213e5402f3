//! `/comments`: of an article once and for all.

use serde_json::json;
use skeleton_runtime::auth::Role;

use crate::common::{ANN, BOB, NOBODY, article, comment, expected, faults, on_both, path_of};

#[tokio::test(flavor = "multi_thread")]
async fn the_article_is_fixed_once_made() {
    on_both(async |app| {
        let (first, second) = (article(app, "First").await, article(app, "Second").await);
        let row = comment(app, &first).await;
        let path = path_of("/comments", &row);
        let moved = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"article_id": second["id"]}));
        let problem = moved.send().await.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("article_id", "read_only")]));
        let put = app
            .put(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"body": "Better said."}));
        let replaced = put.send().await.expect(200).json();
        assert_eq!(
            (&replaced["article_id"], &replaced["body"]),
            (&first["id"], &json!("Better said."))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_life_of_a_comment() {
    on_both(async |app| {
        let row = comment(app, &article(app, "Talked of").await).await;
        let path = path_of("/comments", &row);
        assert_eq!(
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200)
                .json(),
            row
        );
        let by_bob = app
            .patch(&path)
            .as_account(BOB, Role::Member)
            .json(&json!({"body": "No."}))
            .send()
            .await;
        by_bob.expect_problem(403, "forbidden");
        let patched = app
            .patch(&path)
            .as_account(ANN, Role::Member)
            .json(&json!({"body": "Yes."}))
            .send()
            .await;
        assert_eq!(patched.expect(200).json()["body"], "Yes.");
        app.delete(&path)
            .as_account(BOB, Role::Member)
            .send()
            .await
            .expect_problem(403, "forbidden");
        app.delete(&path)
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(204);
        app.get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_that_is_not_there_has_no_comments() {
    on_both(async |app| {
        let body = json!({"article_id": NOBODY, "body": "?"});
        let problem = app
            .post("/comments")
            .as_role(Role::Member)
            .json(&body)
            .send()
            .await;
        assert_eq!(
            faults(&problem.expect_problem(422, "validation_failed")),
            expected(&[("article_id", "reference")])
        );
    })
    .await;
}
