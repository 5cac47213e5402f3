//! `INSERT`, `UPDATE` and `DELETE`.

use skeleton_runtime::diesel::dsl::{delete, insert_into, update};
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel::upsert::excluded;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::{Decimal, JsonValue, Uuid};

use crate::models::{Article, Category, Status, articles, categories, comments};
use crate::{insert_article, insert_category, insert_comments, on_both, time};

#[tokio::test(flavor = "multi_thread")]
async fn insert_returns_the_row() {
    on_both(async |connection, author| {
        let id = Uuid::now_v7();
        let values = (
            (
                articles::id.eq(id),
                articles::title.eq("Ünïcödé"),
                articles::slug.eq("u"),
                articles::body.eq(""),
            ),
            (
                articles::status.eq(Status::Archived),
                articles::rating.eq(Some(Decimal::new(450, 2))),
            ),
            (
                articles::metadata.eq(JsonValue::from([1, 2])),
                articles::published_at.eq(time(5)),
            ),
            (
                articles::author_id.eq(author),
                articles::created_at.eq(time(1)),
                articles::updated_at.eq(time(2)),
            ),
        );
        let article: Article = insert_into(articles::table)
            .values(values)
            .returning(Article::as_returning())
            .get_result(connection)
            .await?;
        assert_eq!(
            (article.id, article.title.as_str(), article.views),
            (id, "Ünïcödé", 0)
        );
        assert_eq!(
            (article.status, article.rating),
            (Status::Archived, Some(Decimal::new(450, 2)))
        );
        assert_eq!(
            (article.metadata, article.published_at),
            (Some(JsonValue::from([1, 2])), Some(time(5)))
        );
        assert_eq!((article.created_at, article.updated_at), (time(1), time(2)));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn insert_of_many() {
    on_both(async |connection, _| {
        let row = |name, position| {
            (
                categories::id.eq(Uuid::now_v7()),
                categories::name.eq(name),
                categories::position.eq(position),
            )
        };
        let made: Vec<Category> = insert_into(categories::table)
            .values(vec![row("News", 1), row("Sports", 2)])
            .get_results(connection)
            .await?;
        assert_eq!(
            made.iter()
                .map(|category| category.name.as_str())
                .collect::<Vec<_>>(),
            ["News", "Sports"]
        );
        assert_eq!(
            insert_into(categories::table)
                .values(&vec![row("Arts", 3)])
                .execute(connection)
                .await?,
            1
        );
        let count: i64 = categories::table.count().get_result(connection).await?;
        assert_eq!(count, 3);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn insert_on_conflict() {
    on_both(async |connection, _| {
        let id = insert_category(connection, "News").await?;
        let again = (
            categories::id.eq(Uuid::now_v7()),
            categories::name.eq("News"),
            categories::position.eq(7),
        );
        let untouched = insert_into(categories::table)
            .values(again)
            .on_conflict(categories::name)
            .do_nothing()
            .execute(connection)
            .await?;
        assert_eq!(untouched, 0);

        let merged: (Uuid, i32) = insert_into(categories::table)
            .values(again)
            .on_conflict(categories::name)
            .do_update()
            .set((
                categories::position.eq(categories::position + excluded(categories::position)),
                categories::description.eq("Merged."),
            ))
            .returning((categories::id, categories::position))
            .get_result(connection)
            .await?;
        assert_eq!(merged, (id, 7));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn updates() {
    on_both(async |connection, author| {
        let id = insert_article(connection, author, "a", 1, None).await?;
        insert_article(connection, author, "b", 10, None).await?;

        let touched = update(articles::table)
            .set((
                articles::views.eq(articles::views + 1),
                articles::updated_at.eq(time(9)),
            ))
            .execute(connection)
            .await?;
        assert_eq!(touched, 2);

        let untouched: Option<&str> = None;
        let article: Article = update(articles::table.find(id))
            .set((
                articles::status.eq(Status::Published),
                untouched.map(|title| articles::title.eq(title)),
            ))
            .returning(Article::as_returning())
            .get_result(connection)
            .await?;
        assert_eq!(
            (article.title.as_str(), article.views, article.updated_at),
            ("a", 2, time(9))
        );
        assert_eq!(article.status, Status::Published);

        let titles: Vec<String> = update(articles::table.filter(articles::views.between(2, 20)))
            .set(articles::body.eq(articles::title))
            .filter(articles::status.ne(Status::Published))
            .returning(articles::body)
            .get_results(connection)
            .await?;
        assert_eq!(titles, ["b"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletes() {
    on_both(async |connection, author| {
        let id = insert_article(connection, author, "a", 1, None).await?;
        insert_article(connection, author, "b", 2, None).await?;
        insert_comments(connection, author, id, &["Ah.", "Oh."]).await?;

        let bodies: Vec<String> = delete(comments::table.filter(comments::created_at.gt(time(0))))
            .returning(comments::body)
            .get_results(connection)
            .await?;
        assert_eq!(bodies, ["Oh."]);
        assert_eq!(
            delete(articles::table.find(id)).execute(connection).await?,
            1
        );
        assert_eq!(
            comments::table
                .count()
                .get_result::<i64>(connection)
                .await?,
            0
        );
        assert_eq!(delete(articles::table).execute(connection).await?, 1);
        Ok(())
    })
    .await;
}
