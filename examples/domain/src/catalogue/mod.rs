//! What the library has.

mod author;
mod book;
mod hooks;

use skeleton_runtime::prelude::*;

pub use author::{Author, AuthorChanges, NewAuthor};
pub use book::{Book, BookChanges, NewBook, books};

/// Adds the catalogue to the application.
pub(crate) fn mount(app: App) -> App {
    app.resource::<Author>().resource::<Book>()
}
