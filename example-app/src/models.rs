//! The newsroom's resources.

use skeleton_runtime::prelude::*;

use crate::hooks::Newsroom;

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

/// A shelf for articles.
#[resource]
#[requires_role(read = Viewer, write = Admin)]
pub struct Category {
    /// The category.
    pub id: Uuid,
    /// Shown to readers; no two categories share one.
    #[garde(length(chars, min = 1, max = 80))]
    #[field(unique, filter)]
    pub name: String,
    /// What belongs here.
    pub description: Option<String>,
    /// Where it stands among the others.
    #[field(default)]
    pub position: i32,
}

/// An article of the newsroom.
#[resource(
    hooks = Newsroom,
    has_many(comments: Comment),
    operations(list, get, create, update, replace, delete, bulk)
)]
#[requires_role(read = Viewer, create = Member, update = owner | Admin, replace = owner | Admin, delete = owner | Admin)]
pub struct Article {
    /// The article.
    #[field(filter)]
    pub id: Uuid,
    /// Headline, shown in lists.
    #[garde(length(chars, min = 1, max = 200))]
    #[field(filter, sort, search, index)]
    pub title: String,
    /// Names the article in URLs; made from the title.
    #[field(read_only, unique, filter, sort, default)]
    pub slug: String,
    /// The text.
    #[field(filter, search)]
    pub body: String,
    /// Draft, published or archived.
    #[field(filter, sort, default, index)]
    pub status: Status,
    /// How often it was read.
    #[field(filter, sort, default, index)]
    pub views: i32,
    /// What readers think of it.
    #[field(filter, sort, index)]
    pub rating: Option<Decimal>,
    /// Whatever else there is to say.
    pub metadata: Option<JsonValue>,
    /// The shelf that it stands on.
    #[field(filter, belongs_to = Category)]
    pub category_id: Option<Uuid>,
    /// Who wrote it.
    #[field(filter, owner, belongs_to = User)]
    pub author_id: Uuid,
    /// When it was published.
    #[field(read_only, filter, sort, index)]
    pub published_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[field(filter, sort)]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[field(filter, sort, index)]
    pub updated_at: DateTime<Utc>,
}

/// A reader's word on an article.
#[resource]
#[requires_role(read = Viewer, create = Member, update = owner | Admin, replace = owner | Admin, delete = owner | Admin)]
pub struct Comment {
    /// The comment.
    pub id: Uuid,
    /// What it is about; fixed once made.
    #[field(filter, immutable, belongs_to = Article, on_delete = cascade)]
    pub article_id: Uuid,
    /// The text.
    #[garde(length(chars, min = 1, max = 2000))]
    pub body: String,
    /// Who wrote it.
    #[field(filter, owner, belongs_to = User)]
    pub author_id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}
