use super::{Macro, assert_expansion};

pub(super) const PLAIN: &str = r"
/// A shelf for articles.
#[resource]
pub struct Category {
    pub id: Uuid,
    /// Shown to readers.
    pub name: String,
    pub description: Option<String>,
    pub created_at: DateTime<Utc>,
}
";

pub(super) const EVERY_KEY: &str = r#"
/// An article of the newsroom.
#[resource(
    path = "/news/articles",
    table = "news_articles",
    renamed_from = "posts",
    operations(list, get, create, update, replace, delete),
    sort = "-createdAt,title",
    page(default = 10, max = 50),
    has_many(
        comments: Comment,
        replies: news::Comment via parent_id,
        tags: Tag through ArticleTag via article_id,
    ),
    include_depth = 2,
    crate = ::kit
)]
#[requires_role(read = Viewer, create = exactly(Member), write = owner | Admin, get = public)]
#[serde(rename_all = "camelCase")]
#[derive(Clone, Default)]
pub struct Article {
    #[field(id, filter)]
    pub key: i64,
    /// Headline, shown in lists.
    ///
    /// Up to a line.
    #[garde(length(chars, min = 1, max = 200), custom(no_shouting))]
    #[field(filter, sort, search, column = "headline", renamed_from = "caption")]
    pub title: String,
    #[field(read_only, unique, default = new_slug())]
    #[garde(pattern("^[a-z-]+$"))]
    pub slug: String,
    #[field(index, default)]
    pub status: Status,
    #[garde(range(min = -5, max = MOST_STARS))]
    #[field(default = 3)]
    pub stars: i16,
    #[garde(range(min = 0, max = 9.9))]
    pub rating: Option<Decimal>,
    #[serde(rename = "kind")]
    #[field(immutable)]
    pub r#type: Option<Vec<String>>,
    #[field(filter, belongs_to = shelves::Category, on_delete = set_null)]
    pub category_id: Option<i64>,
    #[field(owner, belongs_to = User, on_delete = cascade)]
    pub author: Uuid,
    #[field(write_only)]
    pub note: Option<String>,
    #[field(read_only)]
    pub token: Option<Secret<String>>,
    pub thumbnail: Vec<u8>,
    #[field(created_at, sort)]
    pub created_at: DateTime<Utc>,
    #[field(updated_at)]
    pub changed: DateTime<Utc>,
    #[field(deleted_at)]
    pub gone: Option<DateTime<Utc>>,
    #[field(version)]
    pub revision: i64,
}
"#;

#[test]
fn plain() {
    assert_expansion("resource_plain", Macro::Resource, PLAIN);
}

#[test]
fn every_key() {
    assert_expansion("resource_every_key", Macro::Resource, EVERY_KEY);
}

#[test]
fn without_a_table() {
    let input = "#[resource(table = false, operations(list))] struct Log { id: i64, line: String }";
    assert_expansion("resource_without_table", Macro::Resource, input);
}

#[test]
fn after_an_error() {
    let input = "#[resource] pub struct Note { pub id: Uuid, #[field(fliter)] #[garde(ascii)] pub text: String }";
    assert_expansion("resource_after_an_error", Macro::Resource, input);
}
