use skeleton_runtime::prelude::*;

use super::Book;
use crate::Role;

/// Who wrote books.
#[resource(sort = "name", has_many(books: Book))]
#[requires_role(read = public, write = Librarian, delete = Director)]
pub struct Author {
    /// The author.
    pub id: Uuid,
    /// As on the covers.
    #[garde(length(chars, min = 1, max = 100))]
    #[field(unique, filter, sort, search)]
    pub name: String,
}
