//! The server that stands beside the hand-written ones in benchmarks: one resource of eight columns, every default on.

use skeleton_runtime::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What becomes of an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
pub enum Status {
    /// Being written.
    #[default]
    Draft,
    /// To be read by all.
    Published,
    /// Kept, and no longer shown.
    Archived,
}

/// An article.
#[resource(operations(list, get, create, update, replace, delete, bulk))]
pub struct Article {
    /// The article.
    pub id: Uuid,
    /// Headline.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort)]
    pub title: String,
    /// The text.
    pub body: String,
    /// Draft, published or archived.
    #[field(filter, sort, default)]
    pub status: Status,
    /// How often it was read.
    #[field(filter, sort, default)]
    pub views: i32,
    /// Who wrote it.
    #[field(filter, owner)]
    pub author_id: Uuid,
    /// When it was made.
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

fn main() -> ExitCode {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Article>()
        .run()
}
