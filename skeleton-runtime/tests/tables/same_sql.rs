//! The same queries on our tables and on Diesel's come out as the same SQL.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AsQuery as _, QueryFragment, QueryId};
use diesel::{alias, debug_query, dsl, upsert};
use uuid::Uuid;

mod ours {
    skeleton_runtime::__private::table! {
        pub letters("letters") [id] {
            id("id") -> Uuid,
            title("title") -> Text,
            pages("pages") -> Integer,
            weight("weight") -> Nullable<Numeric>,
            tags("tags") -> Nullable<Array<Text>>,
            r#box("Box \"1\"") -> Nullable<Uuid>,
            sent_at("sent_at") -> Timestamptz,
        }
    }
    skeleton_runtime::__private::table! {
        pub boxes("the boxes") [id] { id("id") -> Uuid, name("name") -> Text }
    }
}

mod diesels {
    diesel::table! {
        letters (id) {
            id -> Uuid,
            title -> Text,
            pages -> Integer,
            weight -> Nullable<Numeric>,
            tags -> Nullable<Array<Text>>,
            #[sql_name = "Box \"1\""]
            r#box -> Nullable<Uuid>,
            sent_at -> Timestamptz,
        }
    }
    diesel::table! {
        #[sql_name = "the boxes"]
        boxes (id) { id -> Uuid, name -> Text, }
    }
}

fn sql<Q>(query: &Q) -> String
where
    Q: QueryFragment<Pg> + QueryId,
{
    let cached = if Q::query_id().is_some() {
        "cached: "
    } else {
        ""
    };
    format!("{cached}{}", debug_query::<Pg, _>(query))
}

macro_rules! queries {
    ($tables:ident) => {
        pub(super) mod $tables {
            use crate::same_sql::$tables::{boxes, letters};
            use super::*;

            diesel::joinable!(letters -> boxes (r#box));
            diesel::allow_tables_to_appear_in_same_query!(letters, boxes);

            #[derive(Insertable, AsChangeset)]
            #[diesel(table_name = letters)]
            struct Letter {
                title: &'static str,
                pages: Option<i32>,
                r#box: Option<Uuid>,
            }

            fn letter() -> Letter {
                Letter { title: "A", pages: None, r#box: Some(Uuid::nil()) }
            }

            fn selects() -> Vec<String> {
                use self::letters::dsl::*;
                let small = letters.filter(pages.lt(3).and(title.ne("x")).or(weight.is_null()));
                let boxed = letters.into_boxed().filter(r#box.eq(Uuid::nil())).order(sent_at.desc());
                vec![
                    sql(&letters.as_query()),
                    sql(&letters.find(Uuid::nil())),
                    sql(&letters.select((id, title)).distinct()),
                    sql(&small.order((title, pages.asc())).limit(3).offset(1)),
                    sql(&small.count()),
                    sql(&letters.select((pages + 1, pages - 2, pages * pages, pages / 4, weight + weight))),
                    sql(&letters.filter(tags.is_not_null()).select(dsl::max(sent_at))),
                    sql(&letters.group_by((title, pages)).select((pages, title, dsl::count_star()))),
                    sql(&letters.group_by(id).having(dsl::count(title).gt(1)).select((pages, r#box))),
                    sql(&dsl::select(dsl::exists(letters.filter(title.eq_any(["x", "y"]))))),
                    sql(&boxed),
                ]
            }

            fn joins() -> Vec<String> {
                let (one, two) = alias!(letters as one, letters as two);
                let nested = letters::table.select(letters::r#box).filter(letters::pages.gt(1));
                let full = boxes::table.filter(boxes::id.nullable().eq_any(nested));
                vec![
                    sql(&letters::table.inner_join(boxes::table)),
                    sql(&boxes::table.left_join(letters::table).select((boxes::id, letters::id.nullable()))),
                    sql(&letters::table.left_join(boxes::table.on(boxes::name.eq(letters::title)))),
                    sql(&letters::table.inner_join(boxes::table.as_query()).filter(letters::pages.gt(1)).count()),
                    sql(&letters::table.into_boxed::<Pg>().inner_join(boxes::table).filter(boxes::name.eq("x"))),
                    sql(&full),
                    sql(&one
                        .inner_join(two.on(one.field(letters::id).eq(two.field(letters::id))))
                        .select((one.field(letters::title), two.fields((letters::title, letters::pages))))),
                    sql(&boxes::table.inner_join(one).select((boxes::name, one.field(letters::pages) + 1))),
                    sql(&boxes::table.left_join(letters::table.inner_join(two.on(letters::id.eq(two.field(letters::id)))))),
                ]
            }

            fn writes() -> Vec<String> {
                use self::letters::dsl::*;
                let values = || (title.eq("A"), pages.eq(1), tags.eq(vec!["x"]));
                let merged = dsl::insert_into(letters).values(values()).on_conflict((title, id)).do_update();
                vec![
                    sql(&dsl::insert_into(letters).values(values())),
                    sql(&dsl::insert_into(letters).values(vec![values(), values()]).returning(id)),
                    sql(&dsl::insert_into(letters).values(letter())),
                    sql(&dsl::insert_into(letters).values(&letter()).on_conflict_do_nothing()),
                    sql(&dsl::insert_into(letters).default_values()),
                    sql(&letters.select((id, title)).insert_into(letters).into_columns((id, title))),
                    sql(&merged.set((pages.eq(pages + upsert::excluded(pages)), title.eq(upsert::excluded(title))))),
                    sql(&dsl::update(letters).set(pages.eq(pages + 1))),
                    sql(&dsl::update(letters.find(Uuid::nil())).set(letter()).returning((id, sent_at))),
                    sql(&dsl::update(letters.filter(pages.gt(3))).set((title.eq("B"), weight.eq(weight)))),
                    sql(&dsl::delete(letters)),
                    sql(&dsl::delete(letters.filter(title.like("a%").and(r#box.is_null()))).returning(letters::all_columns())),
                ]
            }

            pub(in super::super) fn all() -> Vec<String> {
                [selects(), joins(), writes()].concat()
            }
        }
    };
}

mod queries {
    use super::*;

    queries!(ours);
    queries!(diesels);
}

#[test]
fn the_same_sql() {
    let (ours, diesels) = (queries::ours::all(), queries::diesels::all());
    assert_eq!(ours.len(), diesels.len());
    for (ours, diesels) in ours.iter().zip(&diesels) {
        assert_eq!(ours, diesels);
    }
}

#[test]
fn names_are_quoted() {
    let query = ours::letters::table
        .filter(ours::letters::r#box.is_null())
        .select(ours::letters::id);
    let expected = r#"cached: SELECT "letters"."id" FROM "letters" WHERE ("letters"."Box ""1""" IS NULL) -- binds: []"#;
    assert_eq!(sql(&query), expected);
}
