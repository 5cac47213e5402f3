//! Categories: shelves with names of their own.

use example_app::app;
use example_app::models::{Article, Category};
use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[skeleton_runtime::test]
async fn two_shelves_share_no_name(app: TestApp) {
    Category::factory().name("World").create(&app).await;
    let admin = app.as_role(Role::Admin);
    let body = Category::factory().name("World").body(&app).await;
    let problem = admin.post("/categories").json(&body).send().await;
    let problem = problem.expect_problem(409, "conflict");
    assert_eq!(problem["errors"][0]["field"], "name");
}

#[skeleton_runtime::test]
async fn a_shelf_in_use_stays(app: TestApp) {
    let shelf = Category::factory().position(3).create(&app).await;
    let article = Article::factory().category_id(shelf.id).create(&app).await;
    let admin = app.as_role(Role::Admin);
    let path = format!("/categories/{}", shelf.id);
    let problem = admin
        .delete(&path)
        .send()
        .await
        .expect_problem(409, "in_use");
    assert_eq!(problem["errors"][0]["field"], json!("articles.category_id"));
    admin
        .delete(&format!("/articles/{}", article.id))
        .send()
        .await
        .expect(204);
    admin.delete(&path).send().await.expect(204);
}
