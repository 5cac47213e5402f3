//! Diesel queries of the user's own over the tables of resources, without a dependency on Diesel.
#![deny(warnings, missing_docs, clippy::pedantic)]

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use skeleton_runtime::db::{AnyBackend, Connection};
use skeleton_runtime::prelude::*;

/// What becomes of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum State {
    /// Being written.
    Draft,
    /// To be read by all.
    Live,
}

/// A desk.
#[resource]
pub struct Desk {
    /// The desk.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A story.
#[resource]
pub struct Story {
    /// The story.
    pub id: Uuid,
    /// Its headline.
    #[field(column = "headline")]
    pub title: String,
    /// What becomes of it.
    pub state: State,
    /// How often it was read.
    pub views: i32,
    /// What readers think of it.
    pub rating: Option<Decimal>,
    /// Who keeps it.
    #[field(belongs_to = Desk)]
    pub desk_id: Option<Uuid>,
    /// Where it was written.
    pub places: Jsonb<Vec<(f64, f64)>>,
    /// Opens it to others.
    pub token: Option<Secret<String>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

diesel::joinable!(stories -> desks (desk_id));
diesel::allow_tables_to_appear_in_same_query!(stories, desks);

/// Selects, with filters, orders, boxes and groups.
///
/// # Errors
///
/// The database's.
pub async fn select(connection: &mut Connection) -> diesel::QueryResult<Vec<(State, i64)>> {
    let query = stories::table.select(Story::as_select());
    let _: Vec<Story> = query
        .filter(stories::title.eq("x"))
        .order(stories::created_at.desc())
        .limit(3)
        .load(connection)
        .await?;
    let _: Vec<Story> = stories::table.load(connection).await?;
    let _: Story = stories::table
        .find(Uuid::nil())
        .select(Story::as_select())
        .first(connection)
        .await?;
    let _: Vec<Story> = stories::table
        .into_boxed::<AnyBackend>()
        .filter(stories::rating.is_null())
        .select(Story::as_select())
        .load(connection)
        .await?;
    let _: i64 = stories::table.count().get_result(connection).await?;
    stories::table
        .group_by(stories::state)
        .select((stories::state, diesel::dsl::count_star()))
        .load(connection)
        .await
}

/// Joins, aliases, and groups by the primary key.
///
/// # Errors
///
/// The database's.
pub async fn join(connection: &mut Connection) -> diesel::QueryResult<Vec<(String, i64)>> {
    let _: Vec<(Story, Option<Desk>)> = stories::table
        .left_join(desks::table)
        .select((Story::as_select(), Option::<Desk>::as_select()))
        .load(connection)
        .await?;
    let _: Vec<(Story, Desk)> = stories::table
        .inner_join(desks::table)
        .select((Story::as_select(), Desk::as_select()))
        .load(connection)
        .await?;
    let others = diesel::alias!(stories as others);
    let _: Vec<String> = others
        .select(others.field(stories::title))
        .load(connection)
        .await?;
    desks::table
        .inner_join(stories::table)
        .group_by(desks::id)
        .select((desks::name, diesel::dsl::count_star()))
        .load(connection)
        .await
}

/// Writes.
///
/// # Errors
///
/// The database's.
pub async fn write(connection: &mut Connection) -> diesel::QueryResult<usize> {
    diesel::insert_into(desks::table)
        .values((desks::id.eq(Uuid::nil()), desks::name.eq("x")))
        .execute(connection)
        .await?;
    diesel::update(stories::table.filter(stories::views.gt(1)))
        .set((
            stories::views.eq(stories::views + 1),
            stories::state.eq(State::Live),
            stories::places.eq(Jsonb(vec![(0.0, 0.0)])),
            stories::token.eq(Some(Secret::new(String::from("open")))),
        ))
        .execute(connection)
        .await?;
    diesel::delete(stories::table.find(Uuid::nil()))
        .execute(connection)
        .await
}
