//! `SELECT … FROM articles`.

use skeleton_runtime::db::AnyBackend;
use skeleton_runtime::diesel::dsl::{count_star, exists, max, not, select, sum};
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::{Decimal, Uuid};

use crate::models::{Article, Status, articles, categories};
use crate::{insert_article, insert_category, on_both, time};

#[tokio::test(flavor = "multi_thread")]
async fn rows_load_as_structs_and_as_tuples() {
    on_both(async |connection, author| {
        let id = insert_article(connection, author, "first", 3, None).await?;
        let selected: Article = articles::table
            .find(id)
            .select(Article::as_select())
            .first(connection)
            .await?;
        let whole: Article = articles::table.first(connection).await?;
        assert_eq!(selected, whole);
        assert_eq!(
            (whole.id, whole.status, whole.created_at),
            (id, Status::Draft, time(0))
        );

        let columns = (articles::title, articles::rating, articles::views);
        let row: (String, Option<Decimal>, i32) = articles::table
            .select(columns)
            .get_result(connection)
            .await?;
        assert_eq!(row, ("first".to_owned(), None, 3));
        let none = articles::table
            .find(Uuid::nil())
            .select(articles::id)
            .first::<Uuid>(connection)
            .await;
        assert_eq!(none.optional()?, None);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_orders() {
    on_both(async |connection, author| {
        for (title, views) in [("b", 2), ("a", 1), ("c", 3), ("d", 4)] {
            insert_article(connection, author, title, views, None).await?;
        }
        let found: Vec<String> = articles::table
            .filter(
                articles::views
                    .ge(2)
                    .and(articles::status.eq(Status::Draft)),
            )
            .filter(
                articles::title
                    .ne("d")
                    .or(articles::rating.gt(Decimal::ONE)),
            )
            .order((articles::status.asc(), articles::views.desc()))
            .select(articles::title)
            .load(connection)
            .await?;
        assert_eq!(found, ["c", "b"]);

        let page: Vec<i32> = articles::table
            .select(articles::views)
            .order(articles::title)
            .limit(2)
            .offset(1)
            .load(connection)
            .await?;
        assert_eq!(page, [2, 3]);

        let sums: Vec<i32> = articles::table
            .filter((articles::views + 1).gt(articles::views * 2 - 2))
            .order(articles::views)
            .select(articles::views * 10 + articles::views / 2)
            .load(connection)
            .await?;
        assert_eq!(sums, [10, 21]);
        let all: (i64, Option<i64>, Option<i32>) = articles::table
            .select((count_star(), sum(articles::views), max(articles::views)))
            .first(connection)
            .await?;
        assert_eq!(all, (4, Some(10), Some(4)));
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn boxed_queries_grow() {
    on_both(async |connection, author| {
        for (title, views) in [("a", 1), ("b", 2), ("c", 3)] {
            insert_article(connection, author, title, views, None).await?;
        }
        for (at_least, expected) in [(None, 3), (Some(2), 2)] {
            let mut query: articles::BoxedQuery<'_, AnyBackend> = articles::table.into_boxed();
            if let Some(views) = at_least {
                query = query.filter(articles::views.ge(views));
            }
            let found: Vec<Article> = query.order(articles::views.desc()).load(connection).await?;
            assert_eq!(found.len(), expected);
            assert_eq!(found[0].title, "c");
        }
        let titles = articles::table
            .select(articles::title)
            .into_boxed::<AnyBackend>();
        let titles: Vec<String> = titles
            .or_filter(articles::views.eq(1))
            .load(connection)
            .await?;
        assert_eq!(titles, ["a"]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_nest() {
    on_both(async |connection, author| {
        let news = insert_category(connection, "News").await?;
        insert_article(connection, author, "in", 1, Some(news)).await?;
        insert_article(connection, author, "out", 1, None).await?;

        let named = categories::table
            .filter(categories::name.eq("News"))
            .select(categories::id.nullable());
        let found: Vec<String> = articles::table
            .filter(articles::category_id.eq_any(named))
            .select(articles::title)
            .load(connection)
            .await?;
        assert_eq!(found, ["in"]);

        let of_category =
            articles::table.filter(articles::category_id.eq(categories::id.nullable()));
        let empty: i64 = categories::table
            .filter(not(exists(of_category)))
            .count()
            .get_result(connection)
            .await?;
        assert_eq!(empty, 0);
        assert!(
            select(exists(articles::table.filter(articles::title.like("%u%"))))
                .get_result(connection)
                .await?
        );
        Ok(())
    })
    .await;
}
