//! What the newsroom adds to its resources: slugs, and how an article is published.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, article, article_with, category, expected, faults, on_both, path_of};

async fn slug(app: &TestApp, title: &str) -> Value {
    article(app, title).await["slug"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_made_of_the_title() {
    on_both(async |app| {
        assert_eq!(slug(app, "Hello, World!").await, "hello-world");
        assert_eq!(slug(app, "hello world").await, "hello-world-2");
        assert_eq!(slug(app, "Hello World 2").await, "hello-world-2-2");
        assert_eq!(slug(app, "HELLO — WORLD").await, "hello-world-3");
        assert_eq!(slug(app, "日本").await, "日本");
        assert_eq!(slug(app, "🚀").await, "article");
        let row = article(app, "Fixed").await;
        let patch = app
            .patch(&path_of("/articles", &row))
            .as_account(ANN, Role::Member);
        let patched = patch
            .json(&json!({"title": "Other"}))
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(patched["slug"], "fixed", "a URL stays good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_of_one_instant_have_slugs_of_their_own() {
    on_both(async |app| {
        article(app, "Before").await;
        let made = (0..8).map(|_| slug(app, "Same"));
        let mut slugs = futures_util::future::join_all(made).await;
        slugs.sort_by_key(Value::to_string);
        slugs.dedup();
        assert_eq!(slugs.len(), 8, "{slugs:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_with_a_number_takes_no_slug_from_one_without() {
    on_both(async |app| {
        article(app, "Before").await;
        for round in 0..8 {
            let titles = ["", "", " 2", "", " 3", " 2", "", " 3"];
            let made = titles
                .map(|number| async move { slug(app, &format!("Round {round}x{number}")).await });
            let mut slugs = futures_util::future::join_all(made).await;
            slugs.sort_by_key(Value::to_string);
            slugs.dedup();
            assert_eq!(slugs.len(), 8, "{slugs:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_published_by_an_admin_alone() {
    on_both(async |app| {
        let row = article(app, "A").await;
        let path = path_of("/articles", &row);
        let published = json!({"title": "A", "body": "", "status": "published"});
        let items = json!({ "items": [published] });
        let tries = [
            ("POST", "/articles", &published, "status"),
            ("PATCH", &path, &json!({"status": "published"}), "status"),
            ("PUT", &path, &published, "status"),
            ("POST", "/articles/bulk", &items, "items.0.status"),
        ];
        for (method, path, body, field) in tries {
            let request = app.request(method, path).as_role(Role::Owner).json(body);
            let problem = request
                .send()
                .await
                .expect_problem(422, "validation_failed");
            assert_eq!(
                faults(&problem),
                expected(&[(field, "publish")]),
                "{method}"
            );
        }
        let publish = app.post(&format!("{path}/publish")).as_role(Role::Admin);
        let row = publish.send().await.expect(200).json();
        assert_eq!(row["status"], "published");
        assert!(row["published_at"].is_string());
        let put = app.put(&path).as_account(ANN, Role::Member);
        let same = put.json(&published).send().await.expect(200).json();
        assert_eq!(same["status"], "published", "what was answered may be sent");
        assert_eq!(same["published_at"], row["published_at"]);
        let patch = app.patch(&path).as_account(ANN, Role::Member);
        let archived = patch
            .json(&json!({"status": "archived"}))
            .send()
            .await
            .expect(200);
        assert_eq!(archived.json()["published_at"], row["published_at"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_says_where() {
    on_both(async |app| {
        let shelf = category(app, "Shelf").await;
        article_with(
            app,
            &json!({"title": "A", "body": "", "category_id": shelf["id"]}),
        )
        .await;
        for tag in [None, Some("*")] {
            let delete = app
                .delete(&path_of("/categories", &shelf))
                .as_role(Role::Admin);
            let delete = match tag {
                Some(tag) => delete.header("if-match", tag),
                None => delete,
            };
            let problem = delete.send().await.expect_problem(409, "in_use");
            assert_eq!(
                faults(&problem),
                expected(&[("articles.category_id", "in_use")])
            );
        }
    })
    .await;
}
