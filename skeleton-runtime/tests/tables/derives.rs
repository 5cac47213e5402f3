//! Diesel's derives, in a crate that depends on Diesel, take our tables.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::{debug_query, dsl};

skeleton_runtime::__private::table! {
    pub authors("authors") [id] { id("id") -> BigInt, name("name") -> Text }
}
skeleton_runtime::__private::table! {
    pub books("books") [id] { id("id") -> BigInt, title("title") -> Text, author_id("author_id") -> BigInt }
}
diesel::joinable!(books -> authors (author_id));
diesel::allow_tables_to_appear_in_same_query!(authors, books);

#[derive(Debug, Identifiable, Queryable, Selectable)]
#[diesel(table_name = authors, check_for_backend(skeleton_runtime::db::AnyBackend))]
struct Author {
    id: i64,
    name: String,
}

#[derive(Debug, Associations, Identifiable, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = books, belongs_to(Author))]
struct Book {
    id: i64,
    title: String,
    author_id: i64,
}

#[diesel::dsl::auto_type]
fn titled(title: &'static str) -> _ {
    books::table
        .filter(books::title.eq(title))
        .select(books::id)
}

#[test]
fn structs_and_tables() {
    let author = Author {
        id: 7,
        name: "A".to_owned(),
    };
    let book = Book {
        id: 1,
        title: "T".to_owned(),
        author_id: author.id,
    };
    let columns = r#""books"."id", "books"."title", "books"."author_id""#;
    let queries = [
        (
            debug_query::<Pg, _>(&Book::belonging_to(&author).select(Book::as_select())).to_string(),
            format!(r#"SELECT {columns} FROM "books" WHERE ("books"."author_id" = $1) -- binds: [7]"#),
        ),
        (
            debug_query::<Pg, _>(&dsl::update(&book).set(&book)).to_string(),
            r#"UPDATE "books" SET "title" = $1, "author_id" = $2 WHERE ("books"."id" = $3) -- binds: ["T", 7, 1]"#.to_owned(),
        ),
        (
            debug_query::<Pg, _>(&dsl::delete(&author)).to_string(),
            r#"DELETE FROM "authors" WHERE ("authors"."id" = $1) -- binds: [7]"#.to_owned(),
        ),
        (
            debug_query::<Pg, _>(&titled("T")).to_string(),
            r#"SELECT "books"."id" FROM "books" WHERE ("books"."title" = $1) -- binds: ["T"]"#.to_owned(),
        ),
    ];
    for (found, expected) in queries {
        assert_eq!(found, expected);
    }
    let authors = [author];
    assert_eq!([book].grouped_by(&authors).len(), 1);
    assert_eq!(authors[0].name, "A");
}
