//! Diesel queries of a service's own on the tables of its resources, in a crate that does not depend on Diesel.
#![cfg(test)]

mod groups;
mod joins;
mod names;
mod selects;
mod transactions;
mod writes;

/// The newsroom's resources once more: how tables join is declared in the crate that has them.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "this is a module of another crate, of which the tests need a part"
)]
#[path = "../../../example-app/src/models.rs"]
mod models;

#[allow(dead_code, unreachable_pub, reason = "the resources name them")]
#[path = "../../../example-app/src/hooks.rs"]
mod hooks;

use models::{articles, categories, comments};
use skeleton_runtime::Error;
use skeleton_runtime::auth::RoleSet;
use skeleton_runtime::db::Connection;
use skeleton_runtime::diesel::insert_into;
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::{DateTime, Db, Role, Utc, Uuid};
use skeleton_runtime::test_util::TestApp;

skeleton_runtime::diesel::joinable!(articles -> categories (category_id));
skeleton_runtime::diesel::joinable!(comments -> articles (article_id));
skeleton_runtime::diesel::allow_tables_to_appear_in_same_query!(articles, categories, comments);

/// Runs a test on each database: in a transaction, which is rolled back, then without one.
async fn on_both(test: impl AsyncFn(&mut Connection, Uuid) -> QueryResult<()>) {
    for app in TestApp::both(example_app::app).await {
        let (db, author) = (app.db(), author(&app).await);
        let rolled_back: Result<(), Error> = db
            .transaction(async |connection| {
                test(connection, author)
                    .await
                    .expect("the queries run in a transaction");
                Err(Error::internal("enough"))
            })
            .await;
        assert!(rolled_back.is_err());
        assert_eq!(count_all(db).await, (0, 0, 0), "everything is rolled back");
        let mut connection = db.write().await.unwrap();
        test(&mut connection, author)
            .await
            .expect("the queries run without a transaction");
    }
}

async fn author(app: &TestApp) -> Uuid {
    app.account("ann@example.com", Role::Member.role()).await.id
}

async fn count_all(db: &Db) -> (i64, i64, i64) {
    let mut connection = db.read().await.unwrap();
    (
        articles::table
            .count()
            .get_result(&mut connection)
            .await
            .unwrap(),
        categories::table
            .count()
            .get_result(&mut connection)
            .await
            .unwrap(),
        comments::table
            .count()
            .get_result(&mut connection)
            .await
            .unwrap(),
    )
}

/// The second `seconds` after some time.
fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

async fn insert_category(connection: &mut Connection, name: &str) -> QueryResult<Uuid> {
    let values = (
        categories::id.eq(Uuid::now_v7()),
        categories::name.eq(name),
        categories::position.eq(0),
    );
    insert_into(categories::table)
        .values(values)
        .returning(categories::id)
        .get_result(connection)
        .await
}

/// An article whose slug is its title.
async fn insert_article(
    connection: &mut Connection,
    author: Uuid,
    title: &str,
    views: i32,
    category: Option<Uuid>,
) -> QueryResult<Uuid> {
    let values = (
        articles::id.eq(Uuid::now_v7()),
        (
            articles::title.eq(title),
            articles::slug.eq(title),
            articles::body.eq("Text."),
        ),
        articles::views.eq(views),
        articles::category_id.eq(category),
        articles::author_id.eq(author),
        (
            articles::created_at.eq(time(0)),
            articles::updated_at.eq(time(0)),
        ),
    );
    insert_into(articles::table)
        .values(values)
        .returning(articles::id)
        .get_result(connection)
        .await
}

async fn insert_comments(
    connection: &mut Connection,
    author: Uuid,
    article: Uuid,
    bodies: &[&str],
) -> QueryResult<usize> {
    let values: Vec<_> = bodies
        .iter()
        .enumerate()
        .map(|(seconds, body)| {
            (
                comments::id.eq(Uuid::now_v7()),
                comments::article_id.eq(article),
                comments::body.eq(*body),
                comments::author_id.eq(author),
                comments::created_at.eq(time(i64::try_from(seconds).unwrap())),
            )
        })
        .collect();
    insert_into(comments::table)
        .values(values)
        .execute(connection)
        .await
}
