//! Articles: slugs, publishing, pages.

use example_app::app;
use example_app::models::{Article, Category, Comment, Status};
use serde_json::json;
use skeleton_runtime::assert_queries;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{FactoryOf, TestApp};

/// A finished article.
fn finished() -> FactoryOf<Article> {
    Article::factory()
        .body("All that there is to say.")
        .rating(Decimal::TEN)
}

#[skeleton_runtime::test]
async fn slugs_are_made_of_titles(app: TestApp) {
    let titles = ["Hello, world", "Hello: world!", "Hello World"];
    let mut slugs = Vec::new();
    for title in titles {
        slugs.push(Article::factory().title(title).create(&app).await.slug);
    }
    assert_eq!(slugs, ["hello-world", "hello-world-2", "hello-world-3"]);
}

#[skeleton_runtime::test]
async fn an_article_is_published_by_admins_alone(app: TestApp) {
    let member = app.as_role(Role::Member);
    let article = finished().create(&member).await;
    let path = format!("/articles/{}", article.id);
    let published = json!({"status": "published"});
    let problem = member.patch(&path).json(&published).send().await;
    let problem = problem.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "publish");
    let publish = format!("{path}/publish");
    member
        .post(&publish)
        .send()
        .await
        .expect_problem(403, "forbidden");
    let row = app
        .as_role(Role::Admin)
        .post(&publish)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(row["status"], "published");
    assert_ne!(row["published_at"], json!(null));
}

#[skeleton_runtime::test]
async fn owners_and_admins_change_articles(app: TestApp) {
    let ann = app.as_account("ann@example.com", Role::Member);
    let bob = app.as_account("bob@example.com", Role::Member);
    let article = finished().create(&ann).await;
    assert_eq!(article.author_id, ann.account().await.id);
    let path = format!("/articles/{}", article.id);
    let change = json!({"views": 7});
    bob.patch(&path)
        .json(&change)
        .send()
        .await
        .expect_problem(403, "forbidden");
    ann.patch(&path).json(&change).send().await.expect(200);
    app.as_role(Role::Admin)
        .delete(&path)
        .send()
        .await
        .expect(204);
}

#[skeleton_runtime::test]
async fn includes_cost_a_query_each(app: TestApp) {
    let shelf = Category::factory().name("World").create(&app).await;
    let articles = finished().category_id(shelf.id).create_many(&app, 10).await;
    Comment::factory()
        .article_id(articles[0].id)
        .create_many(&app, 3)
        .await;
    let viewer = app.as_role(Role::Viewer);
    assert_queries!(1, viewer.get("/articles").send()).expect(200);
    let path = "/articles?include=category,comments";
    let page = assert_queries!(..=3, viewer.get(path).send())
        .expect(200)
        .json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 10);
    assert!(items.iter().all(|item| item["category"]["name"] == "World"));
}

#[skeleton_runtime::test]
async fn a_status_is_filtered(app: TestApp) {
    finished().create_many(&app, 3).await;
    let kept = finished().status(Status::Archived).create(&app).await;
    let viewer = app.as_role(Role::Viewer);
    let page = viewer
        .get("/articles?status=archived&count=true")
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&page["total"], &page["items"][0]["id"]),
        (&json!(1), &json!(kept.id))
    );
}
