//! Articles.

use example_app::app;
use example_app::models::{Article, Comment};
use serde_json::json;
use skeleton_runtime::assert_queries;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[skeleton_runtime::test]
async fn an_article_is_read_by_viewers(app: TestApp) {
    let article = Article::factory().title("Hello").create(&app).await;
    let viewer = app.as_role(Role::Viewer);
    let path = format!("/articles/{}", article.id);
    let row = viewer.get(&path).send().await.expect(200).json();
    assert_eq!(row["title"], "Hello");
    assert_eq!(row["slug"], "hello");
    assert_eq!(row["status"], "draft");
}

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
