//! `… JOIN …`.

use skeleton_runtime::diesel::alias;
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::Uuid;

use crate::models::{Article, Category, Comment, articles, categories, comments};
use crate::{insert_article, insert_category, insert_comments, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn two_tables() {
    on_both(async |connection, author| {
        let news = insert_category(connection, "News").await?;
        let shelved = insert_article(connection, author, "shelved", 1, Some(news)).await?;
        insert_article(connection, author, "strewn", 2, None).await?;

        let inner: Vec<(Article, Category)> = articles::table
            .inner_join(categories::table)
            .select((Article::as_select(), Category::as_select()))
            .load(connection)
            .await?;
        assert_eq!(inner.len(), 1);
        assert_eq!((inner[0].0.id, inner[0].1.id), (shelved, news));

        let left: Vec<(Article, Option<Category>)> = articles::table
            .left_join(categories::table)
            .order(articles::views)
            .select((Article::as_select(), Option::<Category>::as_select()))
            .load(connection)
            .await?;
        assert_eq!(left[0].1.as_ref().map(|category| category.id), Some(news));
        assert_eq!((left[1].0.title.as_str(), &left[1].1), ("strewn", &None));

        let whole: Vec<(Article, Option<Category>)> = articles::table
            .left_join(categories::table)
            .order(articles::views)
            .load(connection)
            .await?;
        assert_eq!(whole, left);

        let names: Vec<(String, Option<String>)> = articles::table
            .left_join(categories::table.on(articles::category_id.eq(categories::id.nullable())))
            .filter(categories::name.is_null())
            .select((articles::title, categories::name.nullable()))
            .load(connection)
            .await?;
        assert_eq!(names, [("strewn".to_owned(), None)]);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_tables() {
    on_both(async |connection, author| {
        let news = insert_category(connection, "News").await?;
        let article = insert_article(connection, author, "read", 1, Some(news)).await?;
        insert_comments(connection, author, article, &["Ah.", "Oh."]).await?;
        let columns = (comments::body, articles::title, categories::name);
        let expected = [("Oh.", "read", "News"), ("Ah.", "read", "News")]
            .map(|(body, title, name)| (body.to_owned(), title.to_owned(), name.to_owned()));

        let nested: Vec<(String, String, String)> = comments::table
            .inner_join(articles::table.inner_join(categories::table))
            .order(comments::created_at.desc())
            .select(columns)
            .load(connection)
            .await?;
        assert_eq!(nested, expected);

        let chained: Vec<(String, String, String)> = articles::table
            .inner_join(categories::table)
            .inner_join(comments::table)
            .filter(articles::views.eq(1).and(categories::name.eq("News")))
            .order(comments::created_at.desc())
            .select(columns)
            .load(connection)
            .await?;
        assert_eq!(chained, expected);

        let filtered = articles::table
            .filter(articles::views.gt(1))
            .inner_join(comments::table);
        assert_eq!(filtered.count().get_result::<i64>(connection).await?, 0);
        let whole: Vec<(Comment, (Article, Option<Category>))> = comments::table
            .inner_join(articles::table.left_join(categories::table))
            .load(connection)
            .await?;
        assert_eq!(whole.len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_itself() {
    on_both(async |connection, author| {
        for (title, views) in [("a", 1), ("b", 2), ("c", 3)] {
            insert_article(connection, author, title, views, None).await?;
        }
        let (less, more) = alias!(articles as less, articles as more);
        let pairs: Vec<(String, String)> = less
            .inner_join(more.on(less.field(articles::views).lt(more.field(articles::views))))
            .order((less.field(articles::title), more.field(articles::title)))
            .select((less.field(articles::title), more.field(articles::title)))
            .load(connection)
            .await?;
        let expected = [("a", "b"), ("a", "c"), ("b", "c")];
        assert_eq!(
            pairs,
            expected.map(|(less, more)| (less.to_owned(), more.to_owned()))
        );

        let next: Vec<(Uuid, String)> = articles::table
            .inner_join(more.on((articles::views + 1).eq(more.field(articles::views))))
            .filter(articles::title.eq("b"))
            .select(more.fields((articles::id, articles::title)))
            .load(connection)
            .await?;
        assert_eq!(next[0].1, "c");
        Ok(())
    })
    .await;
}
