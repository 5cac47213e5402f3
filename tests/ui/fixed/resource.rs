//! Programs of `tests/ui` with what their messages tell to write; made by `tests/tests/ui.rs`.

#![cfg_attr(rustfmt, rustfmt_skip)]

pub mod all_at_once {
    // 7 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles", sort = "title")]
    #[requires_role(update = owner)]
    pub struct Article {
        #[field(id)]
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
        #[field(sort)]
        pub title: String,
        #[field(filter)]
        pub views: i64,
    }

    /// The struct and its payloads are there all the same.
    pub fn article(new: NewArticle) -> Article {
        let _ = (ArticleChanges::default(), Article::meta(), articles::table);
        Article {
            id: Uuid::nil(),
            author_id: Uuid::nil(),
            title: new.title,
            views: new.views,
        }
    }

    pub fn main() {}
}

pub mod an_enum {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    pub fn main() {}
}

pub mod belongs_to_named_like_a_field {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Category {
        pub id: Uuid,
        pub parent_name: String,
        #[field(belongs_to = Category)]
        pub parent_id: Option<Uuid>,
    }

    pub fn main() {}
}

pub mod belongs_to_no_resource {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Author {
        pub id: Uuid,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(belongs_to = Author)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod cfg_on_a_field {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub title: String,
    }

    pub fn main() {}
}

pub mod created_at_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(created_at)]
        pub made: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod default_on_option {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub title: Option<String>,
    }

    pub fn main() {}
}

pub mod default_without_default {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(default = Jsonb(std::num::NonZeroU8::MIN))]
        pub size: Jsonb<std::num::NonZeroU8>,
    }

    pub fn main() {}
}

pub mod deleted_at_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(deleted_at)]
        pub gone: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod document_within_an_option {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Place {
        pub latitude: f64,
    }

    #[resource]
    pub struct Shop {
        pub id: Uuid,
        pub place: Option<Jsonb<Place>>,
    }

    pub fn main() {}
}

pub mod document_without_derives {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Place {
        pub latitude: f64,
    }

    #[resource]
    pub struct Shop {
        pub id: Uuid,
        pub place: Jsonb<Place>,
    }

    pub fn main() {}
}

pub mod exactly_nothing {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(exactly(Member) | Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod field_db_enum_alone {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub status: Status,
    }

    pub fn main() {}
}

pub mod field_enum_not_clone {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub status: Option<Status>,
    }

    pub fn main() {}
}

pub mod field_enum_without_derives {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub status: Status,
    }

    pub fn main() {}
}

pub mod field_key_set_twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter, sort)]

        pub title: String,
    }

    pub fn main() {}
}

pub mod field_secret_enum {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Mark {
        Black,
    }

    #[resource]
    pub struct Author {
        pub id: Uuid,
        pub mark: Secret<Mark>,
    }

    pub fn main() {}
}

pub mod field_type_a_struct {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Size {
        pub width: i32,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub size: Jsonb<Size>,
    }

    pub fn main() {}
}

pub mod field_type_by_path {
    use skeleton_runtime::prelude::*;

    mod model {
        use skeleton_runtime::prelude::*;

        #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
        pub enum Status {
            Draft,
        }
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        pub status: model::Status,
    }

    pub fn main() {}
}

pub mod field_type_of_another_crate {
    use std::net::IpAddr;

    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Visit {
        pub id: Uuid,
        pub address: Jsonb<IpAddr>,
    }

    pub fn main() {}
}

pub mod field_type_without_db_enum {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
    pub enum Status {
        Draft,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub status: Option<Status>,
    }

    pub fn main() {}
}

pub mod field_types {
    // 6 mistakes.
    use skeleton_runtime::prelude::*;

    use std::collections::HashMap;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub views: i64,
        pub tags: Jsonb<HashMap<String, String>>,
        pub notes: Jsonb<Vec<i32>>,
        pub token: Option<Secret<String>>,
        pub title: String,
        pub rating: Option<f64>,
    }

    pub fn main() {}
}

pub mod field_unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod field_without_keys {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter, sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod filter_is_a_parameter {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        #[serde(rename = "article_q")]
        pub q: String,
    }

    pub fn main() {}
}

pub mod filter_on_json {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub metadata: JsonValue,
    }

    pub fn main() {}
}

pub mod flag_with_value {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(filter)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_equal_and_min {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(equal = 9))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_format_of_number {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub views: i32,
    }

    pub fn main() {}
}

pub mod garde_length_of_number {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(range(min = 1))]
        pub views: i32,
    }

    pub fn main() {}
}

pub mod garde_letters_of_a_list {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(max = 9))]
        pub tags: Vec<String>,
    }

    pub fn main() {}
}

pub mod garde_no_bounds {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(chars, min = 1, max = 200))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_pattern {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(pattern("^[a-z]+$"))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_range_of_text {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(min = 1))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_rule_twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(min = 1, max = 9))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_skip_and_more {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(ascii)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod garde_two_units {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[garde(length(chars, max = 9))]
        pub title: String,
    }

    pub fn main() {}
}

pub mod has_many_named_like_a_field {
    use skeleton_runtime::prelude::*;

    #[resource(has_many(replies: Comment))]
    pub struct Article {
        pub id: Uuid,
        pub comments: i64,
    }

    #[resource]
    pub struct Comment {
        pub id: Uuid,
        #[field(belongs_to = Article)]
        pub article_id: Uuid,
    }

    pub fn main() {}
}

pub mod has_many_named_like_belongs_to {
    use skeleton_runtime::prelude::*;

    #[resource(has_many(children: Category via parent_id))]
    pub struct Category {
        pub id: Uuid,
        #[field(belongs_to = Category)]
        pub parent_id: Option<Uuid>,
    }

    pub fn main() {}
}

pub mod has_many_no_resource {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Comment {
        pub id: Uuid,
        #[field(belongs_to = Article)]
        pub article_id: Uuid,
    }
    #[resource]
    pub struct ArticleTag {
        pub id: Uuid,
        #[field(belongs_to = Article)]
        pub article_id: Uuid,
        #[field(belongs_to = Tag)]
        pub tag_id: Uuid,
    }

    #[resource(has_many(comments: Comment, tags: Tag through ArticleTag))]
    pub struct Article {
        pub id: Uuid,
    }

    #[resource]
    pub struct Tag {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod has_many_twice {
    use skeleton_runtime::prelude::*;

    #[resource(has_many(comments: Comment))]
    pub struct Article {
        pub id: Uuid,
    }

    #[resource]
    pub struct Comment {
        pub id: Uuid,
        #[field(belongs_to = Article)]
        pub article_id: Uuid,
    }

    pub fn main() {}
}

pub mod hooks_not_implemented {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    impl Hooks<Article> for Newsroom {}

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod hooks_of_another {
    use skeleton_runtime::prelude::*;

    pub struct Newsroom;

    impl Hooks<Article> for Newsroom {}

    #[resource(hooks = Newsroom)]
    pub struct Article {
        pub id: Uuid,
    }

    #[resource]
    pub struct Comment {
        pub id: Uuid,
        pub body: String,
    }

    impl Hooks<Comment> for Newsroom {
        async fn before_create(_: &mut Context<'_>, new: &mut NewComment) -> Result<()> {
            new.body.push('.');
            Ok(())
        }
    }

    pub fn main() {}
}

pub mod id_is_unique {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {

        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod id_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod id_with_default {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {

        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod immutable_and_read_only {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(read_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod include_depth {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(include_depth = 2)]
    pub struct Category {
        pub id: Uuid,
        #[field(belongs_to = Category)]
        pub parent_id: Option<Uuid>,
    }

    #[resource(include_depth = 2)]
    pub struct Shelf {
        pub id: Uuid,
        #[field(belongs_to = Shelf)]
        pub parent_id: Option<Uuid>,
    }

    pub fn main() {}
}

pub mod include_depth_alone {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Category {
        pub id: Uuid,
        #[field(belongs_to = Category)]
        pub parent: Option<Uuid>,
    }

    pub fn main() {}
}

pub mod index_and_unique {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(unique)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod kept_is_write_only {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub created_at: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod kept_twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(created_at)]
        pub time: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod kept_with_rules {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub version: i64,
    }

    pub fn main() {}
}

pub mod key_of_wrong_type {
    // 3 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles", sort = "-created_at", page(default = 20))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
        #[field(sort)]
        pub created_at: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod key_set_twice {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/a", page(max = 5))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod key_without_list {
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod key_without_value {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles", table = "articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod no_comma {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles", table = "articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod no_id {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Invoice {
        #[field(id)]
        pub number: i64,
    }

    pub fn main() {}
}

pub mod no_key {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod no_owner_field {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(update = owner | Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod no_roles {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod on_delete_alone {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(belongs_to = User, on_delete = cascade)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod on_delete_unknown {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(belongs_to = User, on_delete = cascade)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod operation_restore {
    use skeleton_runtime::prelude::*;

    #[resource(soft_delete, operations(list, get, delete))]
    pub struct Article {
        pub id: Uuid,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod operation_twice {
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod operation_without_handler {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get, create))]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_alone {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(write = owner, create = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_alone_everywhere {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = owner, write = owner, list = Viewer, create = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_is_read_only {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author: Uuid,
    }

    pub fn main() {}
}

pub mod owner_to_create {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(create = Member, list = Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod owner_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author: Uuid,
    }

    pub fn main() {}
}

pub mod page_default_over_max {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 50, max = 50))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod page_default_over_usual_max {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 500, max = 500))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod page_without_sizes {
    use skeleton_runtime::prelude::*;

    #[resource(page(default = 20, max = 100))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod path_no_slash {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod path_trailing_slash {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod read_of_the_id {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {

        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod read_only_and_write_only {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(write_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod read_only_without_default {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Default, DbEnum)]
    pub enum Status {
        #[default]
        Draft,
    }

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(read_only)]
        pub status: Status,
    }

    pub fn main() {}
}

pub mod read_role_syntax {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(read = Admin)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod read_without_answer {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(write_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod relative_crate {
    use skeleton_runtime::prelude::*;

    #[resource(crate = ::skeleton_runtime)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod renamed_from {
    // 4 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub headline: String,
        #[field(renamed_from = "text")]
        pub body: String,
        pub summary: String,
        #[field(renamed_from = "caption")]
        pub note: String,
    }

    pub fn main() {}
}

pub mod renamed_from_without_name {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(renamed_from = "posts")]
    pub struct Article {
        pub id: Uuid,
        #[field(renamed_from = "caption")]
        pub headline: String,
    }

    pub fn main() {}
}

pub mod restore_rule_without_soft_delete {
    use skeleton_runtime::prelude::*;

    #[resource]

    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod role_as_path {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_as_text {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_missing {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_of_no_enum {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Role)]
    pub enum Role {
        Member,
        Admin,
    }

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod role_twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin | Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_with_parentheses {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod role_without_effect {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = authenticated, write = Admin)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod roles_joined_by_bars {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin | Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod roles_joined_by_comma {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin | Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod roles_not_joined {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin | Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_empty {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer, write = Member)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_set_twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_without_effect {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(list = Member, get = public)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod rule_without_operation {
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get))]
    #[requires_role(read = Viewer)]
    pub struct Article {
        pub id: Uuid,
        #[field(owner)]
        pub author_id: Uuid,
    }

    pub fn main() {}
}

pub mod same_column {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub title: String,

        pub headline: String,
    }

    pub fn main() {}
}

pub mod same_name_in_json {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub title: String,

        pub headline: String,
    }

    pub fn main() {}
}

pub mod search_needs_text {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub views: i32,
    }

    pub fn main() {}
}

pub mod secret_filter {
    // 4 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub token: Secret<String>,
    }

    pub fn main() {}
}

pub mod secret_write_only {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub token: Secret,
    }

    pub fn main() {}
}

pub mod serde_skips {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(write_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod serde_two_names {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[serde(rename = "a")]
        pub title: String,
    }

    pub fn main() {}
}

pub mod serde_unknown_rule {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[serde(rename_all = "camelCase")]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod set_null_on_not_null {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(belongs_to = User, on_delete = set_null)]
        pub author_id: Option<Uuid>,
    }

    pub fn main() {}
}

pub mod soft_delete_with_value {
    use skeleton_runtime::prelude::*;

    #[resource(soft_delete)]
    pub struct Article {
        pub id: Uuid,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod soft_delete_without_field {
    use skeleton_runtime::prelude::*;

    #[resource(soft_delete)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
        pub deleted_at: Option<DateTime<Utc>>,
    }

    pub fn main() {}
}

pub mod sort_not_sortable {
    use skeleton_runtime::prelude::*;

    #[resource(sort = "-title")]
    pub struct Article {
        pub id: Uuid,
        #[field(sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod sort_nothing_sortable {
    use skeleton_runtime::prelude::*;

    #[resource(sort = "title")]
    pub struct Article {
        pub id: Uuid,
        #[field(sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod sort_twice {
    use skeleton_runtime::prelude::*;

    #[resource(sort = "-title")]
    pub struct Article {
        pub id: Uuid,
        #[field(sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod sort_unknown_field {
    use skeleton_runtime::prelude::*;

    #[resource(sort = "-title")]
    pub struct Article {
        pub id: Uuid,
        #[field(sort)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod table_is_on {
    use skeleton_runtime::prelude::*;

    #[resource(table = "articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod too_many_columns {
    use skeleton_runtime::prelude::*;

    #[resource(table = false)]
    pub struct Wide {
        pub id: Uuid,
        pub n1: i32,
        pub n2: i32,
        pub n3: i32,
        pub n4: i32,
        pub n5: i32,
        pub n6: i32,
        pub n7: i32,
        pub n8: i32,
        pub n9: i32,
        pub n10: i32,
        pub n11: i32,
        pub n12: i32,
        pub n13: i32,
        pub n14: i32,
        pub n15: i32,
        pub n16: i32,
        pub n17: i32,
        pub n18: i32,
        pub n19: i32,
        pub n20: i32,
        pub n21: i32,
        pub n22: i32,
        pub n23: i32,
        pub n24: i32,
        pub n25: i32,
        pub n26: i32,
        pub n27: i32,
        pub n28: i32,
        pub n29: i32,
        pub n30: i32,
        pub n31: i32,
        pub n32: i32,
    }

    pub fn main() {}
}

pub mod tuple_struct {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(Admin)]
    pub struct Article { pub id: Uuid, pub title: String }

    pub fn main() {}
}

pub mod twice {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod two_created_at {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        pub dated: DateTime<Utc>,
        #[field(created_at)]
        pub made: DateTime<Utc>,
    }

    pub fn main() {}
}

pub mod two_ids {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,

        pub number: i64,
    }

    pub fn main() {}
}

pub mod two_rules {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(read = Viewer, write = Member)]
    pub struct Article {
        pub id: Uuid,
    }

    pub fn main() {}
}

pub mod unit_struct {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article { pub id: Uuid }

    pub fn main() {}
}

pub mod unknown_key {
    use skeleton_runtime::prelude::*;

    #[resource(path = "/articles")]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod unknown_operation {
    // 2 mistakes.
    use skeleton_runtime::prelude::*;

    #[resource(operations(list, get))]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}

pub mod version_type {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(version)]
        pub revision: i64,
    }

    pub fn main() {}
}

pub mod write_only_filter {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(write_only)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod write_without_body {
    use skeleton_runtime::prelude::*;

    #[resource]
    pub struct Article {
        pub id: Uuid,
        #[field(read_only, default)]
        pub title: String,
    }

    pub fn main() {}
}

pub mod write_without_effect {
    use skeleton_runtime::prelude::*;

    #[resource]
    #[requires_role(create = Member, update = Member, delete = Admin)]
    pub struct Article {
        pub id: Uuid,
        pub title: String,
    }

    pub fn main() {}
}
