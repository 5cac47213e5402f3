//! Tables and columns whose names in the database are others than in Rust.

use skeleton_runtime::diesel::dsl::{count_star, delete, insert_into, update};
use skeleton_runtime::diesel::prelude::*;
use skeleton_runtime::diesel_async::RunQueryDsl;
use skeleton_runtime::prelude::*;

use crate::{insert_category, on_both};

/// A category, by other names.
#[resource(table = "categories")]
#[requires_role(public)]
pub(crate) struct Shelf {
    pub id: Uuid,
    #[field(column = "name")]
    pub r#type: String,
    /// A name that Diesel's tables have for something else.
    #[field(column = "description")]
    pub table: Option<String>,
    #[field(column = "position", default)]
    pub pass: i32,
}

use categories as shelves;

#[tokio::test(flavor = "multi_thread")]
async fn names_of_the_database() {
    on_both(async |connection, _| {
        let id = insert_category(connection, "News").await?;
        let shelf: Shelf = shelves::table
            .find(id)
            .select(Shelf::as_select())
            .first(connection)
            .await?;
        assert_eq!(
            (shelf.r#type.as_str(), shelf.table, shelf.pass),
            ("News", None, 0)
        );

        let values = (
            shelves::id.eq(Uuid::now_v7()),
            shelves::r#type.eq("Arts"),
            shelves::pass.eq(3),
        );
        insert_into(shelves::table)
            .values(values)
            .execute(connection)
            .await?;
        update(shelves::table.filter(shelves::r#type.eq("News")))
            .set(shelves::pass.eq(shelves::pass + 3))
            .execute(connection)
            .await?;
        let groups: Vec<(i32, i64)> = shelves::table
            .group_by(shelves::pass)
            .select((shelves::pass, count_star()))
            .load(connection)
            .await?;
        assert_eq!(groups, [(3, 2)]);
        assert_eq!(delete(shelves::table).execute(connection).await?, 2);
        Ok(())
    })
    .await;
}
