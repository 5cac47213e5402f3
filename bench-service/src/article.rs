//! The resource of the benchmarks.

use skeleton_runtime::prelude::*;

/// What becomes of an article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
pub(crate) enum Status {
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
pub(crate) struct Article {
    /// The article.
    pub(crate) id: Uuid,
    /// Headline.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort)]
    pub(crate) title: String,
    /// The text.
    pub(crate) body: String,
    /// Draft, published or archived.
    #[field(filter, sort, default)]
    pub(crate) status: Status,
    /// How often it was read.
    #[field(filter, sort, default)]
    pub(crate) views: i32,
    /// Who wrote it.
    #[field(filter, owner)]
    pub(crate) author_id: Uuid,
    /// When it was made.
    #[field(filter, sort)]
    pub(crate) created_at: DateTime<Utc>,
    /// When it was last changed.
    pub(crate) updated_at: DateTime<Utc>,
}
