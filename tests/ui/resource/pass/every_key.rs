//! Every key of the struct and of its fields.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// A shelf.
#[resource(table = false)]
pub struct Shelf {
    /// The shelf.
    pub id: i64,
}

/// How it looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
pub enum Binding {
    /// Cheap.
    #[default]
    Paper,
    /// Lasting.
    Cloth,
}

/// Best of all.
pub const MOST_STARS: i16 = 5;

/// A book.
#[resource(
    path = "/library/books",
    table = "library_books",
    renamed_from = "books",
    operations(list, get, create, update, replace, delete),
    sort = "-shelvedAt,title",
    page(default = 10, max = 50),
    crate = ::skeleton_runtime
)]
#[requires_role(write = owner | Admin, create = exactly(Member), read = authenticated, get = public)]
#[serde(rename_all = "camelCase")]
#[derive(Clone, Eq)]
pub struct Book {
    /// The book.
    #[field(id, filter, sort)]
    pub number: i64,
    /// What stands on its back.
    ///
    /// Shown in lists.
    #[garde(length(chars, min = 1, max = 200), custom(no_shouting))]
    #[field(filter, sort, search, column = "headline", renamed_from = "caption")]
    pub title: String,
    /// Names it in URLs.
    #[field(read_only, unique, default = slug())]
    #[garde(pattern("^[a-z-]+$"))]
    pub slug: String,
    /// How it looks.
    #[field(index, default, filter)]
    pub binding: Binding,
    /// What the keepers know.
    #[field(filter, sort, search, read = Admin, write = Owner)]
    pub remarks: Option<String>,
    /// What readers think of it.
    #[field(default = 3)]
    #[garde(range(min = -5, max = MOST_STARS))]
    pub stars: i16,
    /// Its kind.
    #[serde(rename = "kind")]
    #[field(immutable)]
    pub r#type: Option<Vec<String>>,
    /// Where it stands.
    #[field(filter, belongs_to = Shelf, on_delete = set_null)]
    pub shelf_id: Option<i64>,
    /// Where it stood before.
    #[field(belongs_to = Shelf, on_delete = restrict)]
    pub old_shelf_id: Option<i64>,
    /// Who put it there.
    #[field(owner, belongs_to = User, on_delete = cascade)]
    pub librarian: Uuid,
    /// For the librarians.
    #[field(write_only)]
    pub note: Option<String>,
    /// Opens the lock.
    #[field(read_only)]
    pub token: Option<Secret<String>>,
    /// When it came.
    #[field(created_at, sort)]
    pub shelved_at: DateTime<Utc>,
    /// When it was last changed.
    #[field(updated_at)]
    pub changed: DateTime<Utc>,
    /// When it was thrown away.
    #[field(deleted_at)]
    pub gone: Option<DateTime<Utc>>,
    /// How often it was changed.
    #[field(version)]
    pub revision: i64,
    /// A column that has the name of an item of Diesel's.
    pub table: String,
}

fn slug() -> String {
    String::from("a-slug")
}

/// Capitals throughout are refused.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "garde gives the context so"
)]
fn no_shouting(title: &String, _context: &()) -> garde::Result {
    if title.to_uppercase() == *title {
        return Err(garde::Error::new("is too loud"));
    }
    Ok(())
}
