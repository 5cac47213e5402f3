//! `… GROUP BY …`.

use skeleton_runtime::diesel::dsl::{count, count_star, max, sum};
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::Uuid;

use crate::models::{Status, articles, categories, comments};
use crate::{insert_article, insert_category, insert_comments, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn by_columns() {
    on_both(async |connection, author| {
        let news = insert_category(connection, "News").await?;
        for (title, views) in [("a", 1), ("b", 2), ("c", 2)] {
            insert_article(connection, author, title, views, Some(news)).await?;
        }
        insert_article(connection, author, "d", 2, None).await?;

        let by_views: Vec<(i32, i64)> = articles::table
            .group_by(articles::views)
            .having(count_star().gt(0))
            .order(articles::views.desc())
            .select((articles::views, count_star()))
            .load(connection)
            .await?;
        assert_eq!(by_views, [(2, 3), (1, 1)]);

        let by_two: Vec<(Status, Option<Uuid>, i64, Option<String>)> = articles::table
            .group_by((articles::category_id, articles::status))
            .order(count(articles::id).desc())
            .select((
                articles::status,
                articles::category_id,
                count(articles::id),
                max(articles::title),
            ))
            .load(connection)
            .await?;
        let expected = [(Some(news), 3, "c"), (None, 1, "d")];
        assert_eq!(
            by_two,
            expected.map(|(shelf, n, title)| (Status::Draft, shelf, n, Some(title.to_owned())))
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_key_all_columns_are_known() {
    on_both(async |connection, author| {
        let article = insert_article(connection, author, "talked about", 7, None).await?;
        insert_article(connection, author, "passed over", 1, None).await?;
        insert_comments(connection, author, article, &["Ah.", "Oh."]).await?;
        let talk: Vec<(String, i32, i64)> = articles::table
            .left_join(comments::table)
            .group_by(articles::id)
            .order(articles::views)
            .select((
                articles::title,
                articles::views,
                count(comments::id.nullable()),
            ))
            .load(connection)
            .await?;
        assert_eq!(
            talk,
            [
                ("passed over".to_owned(), 1, 0),
                ("talked about".to_owned(), 7, 2)
            ]
        );
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn by_columns_of_two_tables() {
    on_both(async |connection, author| {
        let news = insert_category(connection, "News").await?;
        for (title, views) in [("a", 1), ("b", 2), ("c", 2)] {
            insert_article(connection, author, title, views, Some(news)).await?;
        }
        let totals: Vec<(String, i32, Option<i64>)> = articles::table
            .inner_join(categories::table)
            .group_by((categories::name, articles::views))
            .order(articles::views)
            .select((categories::name, articles::views, sum(articles::views)))
            .load(connection)
            .await?;
        assert_eq!(
            totals,
            [
                ("News".to_owned(), 1, Some(1)),
                ("News".to_owned(), 2, Some(4))
            ]
        );
        Ok(())
    })
    .await;
}
