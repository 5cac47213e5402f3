use skeleton_runtime::prelude::*;

use super::Author;
use super::hooks::Cataloguer;
use crate::Role;

/// A book on the shelves.
#[resource(sort = "shelf_title", hooks = Cataloguer)]
#[requires_role(read = public, write = Librarian, delete = Director)]
pub struct Book {
    /// The book.
    pub id: Uuid,
    /// As on the cover: `The Hobbit`.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(search)]
    pub title: String,
    /// As on the shelf: `Hobbit, The`; made from the title.
    #[field(read_only, default, sort, index)]
    pub shelf_title: String,
    /// Who wrote it.
    #[field(filter, belongs_to = Author)]
    pub author_id: Uuid,
}
