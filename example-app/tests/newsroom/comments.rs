//! Comments: they go with their article.

use example_app::app;
use example_app::models::{Article, Comment};
use serde_json::json;
use skeleton_runtime::assert_queries;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[skeleton_runtime::test]
async fn a_comment_brings_its_article(app: TestApp) {
    let member = app.as_role(Role::Member);
    let comment = Comment::factory().body("Well said.").create(&member).await;
    assert_eq!(comment.author_id, member.account().await.id);
    let path = format!("/comments/{}?include=article", comment.id);
    let row = assert_queries!(2, member.get(&path).send())
        .expect(200)
        .json();
    assert_eq!(row["article"]["id"], json!(comment.article_id));
}

#[skeleton_runtime::test]
async fn comments_go_with_their_article(app: TestApp) {
    let article = Article::factory().create(&app).await;
    let comments = Comment::factory()
        .article_id(article.id)
        .create_many(&app, 3)
        .await;
    assert!(
        comments
            .iter()
            .all(|comment| comment.article_id == article.id)
    );
    let admin = app.as_role(Role::Admin);
    admin
        .delete(&format!("/articles/{}", article.id))
        .send()
        .await
        .expect(204);
    for comment in comments {
        admin
            .get(&format!("/comments/{}", comment.id))
            .send()
            .await
            .expect(404);
    }
}

#[skeleton_runtime::test]
async fn a_comment_stays_where_it_is(app: TestApp) {
    let member = app.as_role(Role::Member);
    let comment = Comment::factory().create(&member).await;
    let other = Article::factory().create(&app).await;
    let path = format!("/comments/{}", comment.id);
    let moved = member
        .patch(&path)
        .json(&json!({"article_id": other.id}))
        .send()
        .await;
    moved.expect_problem(422, "validation_failed");
}
