//! The macros of `skeleton-runtime`, which re-exports them: depend on that crate, not on this one.
//!
//! Each macro goes the same way, a module for each step: `args` reads what was written, `model` settles what it means,
//! `validate` holds it to the rules, `expand` makes tokens. Every fault of an item is told in one run, and the item is
//! still there afterwards, so that one mistake is one error.

mod assertions;
mod attribute;
mod case;
mod crate_path;
mod derives;
mod diagnostics;
mod migrations;
mod names;
mod recover;
mod requires_role;
mod resource;
mod routes;
mod serde_names;
mod test_kit;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a struct a resource: a table, guarded endpoints, payloads and their documentation.
///
/// ```text
/// use skeleton_runtime::prelude::*;
///
/// /// An article of the newsroom.
/// #[resource(path = "/articles")]
/// #[requires_role(read = Viewer, create = Member, update = owner | Admin)]
/// pub struct Article {
///     pub id: Uuid,
///
///     /// Headline, shown in lists.
///     #[garde(length(chars, min = 1, max = 200))]
///     #[field(filter, sort, search)]
///     pub title: String,
///
///     #[field(filter, belongs_to = Category)]
///     pub category_id: Option<Uuid>,
///
///     #[field(owner, belongs_to = User)]
///     pub author_id: Uuid,
///
///     #[field(sort)]
///     pub created_at: DateTime<Utc>,
/// }
/// ```
///
/// It gives `impl Resource for Article`; the payloads `NewArticle` and `ArticleChanges`; OpenAPI schemas of the three;
/// the derives `Clone`, `Debug`, `PartialEq` and `Serialize` where the struct lacks them; and, for Diesel queries of
/// your own, the module `articles` with `Queryable` and `Selectable`. A derive that is there already is not added
/// again; derives stand below `#[resource]`, which does not see those above.
///
/// # Keys
///
/// | key | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `path = "/articles"` | string | `/` and the plural in `kebab-case` | the path of the endpoints |
/// | `table = "articles"` | string | the plural in `snake_case` | the table, and the module for Diesel |
/// | `renamed_from = "posts"` | string | | the table's name before, for `migrate generate`; renames are never guessed |
/// | `table = false` | | on | no module, no `Queryable`: compiles faster; may stand beside a name |
/// | `operations(list, get)` | of `list`, `get`, `create`, `update`, `replace`, `delete`, `bulk` | the first six | one left out has no route; `list = my_list` is answered by this handler, behind the operation's rule |
/// | `sort = "-created_at,title"` | string, as in the URL | `-created_at`, else the id | the default order, by fields marked `sort` |
/// | `page(default = 20, max = 100)` | whole numbers from 1 | 20, 100 | rows of a page |
/// | `crate = ::skeleton_runtime` | absolute path | `::skeleton_runtime` | where the expansion finds the runtime |
/// | `has_many(comments: Comment)` | names, each with a resource | none | relations that `include` embeds, see below |
/// | `include_depth = 2` | 1 to 4 | 1 | how many relations deep a path of `include` may go from here |
/// | `hooks = Newsroom` | a type that implements `Hooks<Self>` | none | code before and after each write |
/// | `soft_delete` | | off | DELETE sets `deleted_at: Option<DateTime<Utc>>`, which the struct needs to have; `POST /{id}/restore` undoes it |
///
/// # Keys of a field
///
/// `#[field(…)]` may stand more than once on a field.
///
/// | key | meaning |
/// | --- | --- |
/// | `id` | the primary key, `Uuid` or `i64`; a field named `id` needs no mark |
/// | `filter`, `sort` | lists may be filtered and sorted by it: single values only |
/// | `search` | `q` looks into it: text only |
/// | `unique`, `index` | what migrations make of it; a 409 names a `unique` field |
/// | `read_only` | in no body; `New…` and `…Changes` have it, for server code |
/// | `write_only` | in no answer |
/// | `immutable` | in the body of a create only |
/// | `default`, `default = expr` | may be absent at creation: the type's own default, or `expr`, made anew each time |
/// | `owner` | `Uuid` or `Option<Uuid>`: the account that made the row; what `owner` in a rule means |
/// | `belongs_to = Category` | a foreign key, of the type of the other's primary key; and a relation |
/// | `on_delete = restrict` | or `cascade`, or `set_null`: what happens when that row goes; `restrict` is the default |
/// | `created_at`, `updated_at` | `DateTime<Utc>`, kept by the runtime; known by these names too |
/// | `deleted_at` | `Option<DateTime<Utc>>`, kept by the runtime; known by this name too |
/// | `version` | `i64` or `i32`, counted by the runtime; known by this name too |
/// | `column = "headline"` | another name in the database |
/// | `renamed_from = "caption"` | the column's name in the database before, for `migrate generate` |
/// | `read = Role` | the role that it takes to read the field: to others it is absent, and unknown to filters, sorts and `fields` |
/// | `write = Role` | the role that it takes to write the field: 403 for others |
///
/// serde's `rename` and `rename_all` give the names in JSON and in queries. A column of Diesel's module that has the
/// name of one of Diesel's own items (`table`, `columns`, `star`, `dsl`, `all_columns`) gets a `_` at its end.
///
/// # Relations
///
/// `belongs_to = User` on a field `author_id` gives the relation `author`: the field's name in JSON without `_id`. A
/// field without that ending gives none.
///
/// | in `has_many(…)` | the rows |
/// | --- | --- |
/// | `comments: Comment` | of `Comment` whose only `belongs_to = Self` names this row |
/// | `replies: Comment via parent_id` | the same by this field, where several refer here |
/// | `tags: Tag through ArticleTag` | of `Tag` that a row of `ArticleTag`, with a `belongs_to` to each side, joins with this one |
/// | `friends: Person through Friendship via person_id` | the same, where several fields of `Friendship` refer here |
///
/// No two relations, and no relation and field, share a name. What the macro can't see, as a field of `via` that is not
/// there, is told when the `App` is built.
///
/// # Validation
///
/// `#[garde(…)]` with `length`, `range`, `pattern`, `contains`, `prefix`, `suffix`, `ascii`, `alphanumeric`, `email`,
/// `url`, `ip`, `ipv4`, `ipv6`, `custom(function)` and `skip`; each bound may be a constant. As in garde, `length`
/// without a word counts the bytes of a text and the items of a list. Bodies are held to the rules, and the OpenAPI
/// schemas show them. The attribute goes with the expansion, unless the struct derives garde's `Validate` too.
///
/// # Types of fields
///
/// `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Uuid`, `DateTime<Utc>`, `NaiveDate`, `NaiveTime`, `Decimal`,
/// `JsonValue`, `Jsonb<T>`, `Vec<u8>` (base64 in JSON), `Vec<String>`, `Secret<T>`, an enum with `#[derive(DbEnum)]`,
/// and `Option` of each. They are known by their last word, so write them by their own names, not by aliases.
#[proc_macro_attribute]
pub fn resource(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[resource]`", &item, || {
        resource::expand(arguments, &item)
    })
    .into()
}

/// Says who may call: on a resource's struct for its operations, on an `async fn` for that handler.
///
/// ```text
/// /// Publishes an article.
/// #[utoipa::path(post, path = "/articles/{id}/publish", responses((status = 200, body = Article)))]
/// #[requires_role(Admin)]
/// pub async fn publish(articles: Repository<Article>, Path(id): Path<Uuid>) -> Result<Json<Article>> { … }
///
/// #[resource]
/// #[requires_role(read = public, write = owner | Admin, create = Member)]
/// pub struct Article { … }
/// ```
///
/// # Rules
///
/// Terms joined by `|`; any of them lets the caller through.
///
/// | term | lets through |
/// | --- | --- |
/// | `Admin` | this role and those that include it |
/// | `exactly(Member)` | this role and no other |
/// | `owner` | whom the row's owner field names; on structs only |
/// | `authenticated` | whoever has a valid token |
/// | `public` | anybody |
///
/// Roles are variants of whatever `Role` is in scope: the prelude's, or your own `#[derive(Role)] enum Role`.
///
/// # On a struct
///
/// One rule for all operations, or `read`, `write` and the six operations as keys, of which the more exact one wins;
/// `write` is all but `list` and `get`, `replace` has the rule of `update` unless it has its own, and `bulk` has the rule
/// of `create`. To undo a soft delete takes ADMIN, with roles of your own the highest, unless `restore = …` says
/// otherwise. There is no owner yet for `create`, and none in particular for `list`, so
/// `owner` is left out of a wider rule there; named for them it is an error, and so is a rule of which nothing remains.
/// Operations without a rule have the defaults of the application's roles: nothing is open unless it says `public`.
/// The attribute may stand above or below `#[resource]`.
///
/// # On a function
///
/// The guard becomes its first parameter, so that it holds wherever the handler is mounted and refuses before the body
/// is read: 401 without a token, 403 with too low a role. A test that calls the function passes `Guard::granted()`.
/// The attribute may stand above or below `#[utoipa::path]`; the function is a free one, since it needs a hidden type
/// beside it.
#[proc_macro_attribute]
pub fn requires_role(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[requires_role]`", &item, || {
        requires_role::expand(arguments, &item)
    })
    .into()
}

/// Makes an enum of mere names a column: a text, the same in JSON and in the database.
///
/// ```text
/// #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, DbEnum)]
/// pub enum Status {
///     #[default]
///     Draft,
///     InReview,                      // "in_review"
///     #[serde(rename = "live")]
///     Published,
/// }
/// ```
///
/// | key | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `#[serde(rename_all = "…")]` on the enum | a rule of serde's | `snake_case` | the names of all variants |
/// | `#[serde(rename = "…")]` on a variant | string | by the rule | the name of this one |
/// | `#[db_enum(crate = …)]` on the enum | absolute path | `::skeleton_runtime` | where the expansion finds the runtime |
///
/// It implements `DbEnum`, serde's `Serialize` and `Deserialize`, utoipa's `ToSchema`, and what Diesel asks of the
/// value of a text column. The enum needs `Copy`; and `Debug`, `Clone` and `PartialEq`, as any type of a field.
#[proc_macro_derive(DbEnum, attributes(serde, db_enum))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded(
        "`#[derive(DbEnum)]`",
        &proc_macro2::TokenStream::new(),
        || derives::db_enum::expand(input),
    )
    .into()
}

/// Makes an enum the roles of an application, lowest first.
///
/// ```text
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
/// pub enum Role {
///     Viewer,
///     #[role(default)]
///     Member,
///     SeniorEditor,                  // SENIOR_EDITOR in tokens and in the database
/// }
/// ```
///
/// | key | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `#[role(default)]` on a variant | | the lowest | the role of a new account |
/// | `#[role(includes(Reader, Writer))]` on a variant | names of variants | all before it | which roles it includes |
/// | `#[role(crate = …)]` on the enum | absolute path | `::skeleton_runtime` | where the expansion finds the runtime |
///
/// Each role includes those before it. As soon as one variant says `includes`, the roles are no ladder: then each
/// includes itself, what it names, and what those include. At most 64 roles; the enum needs `Copy`.
#[proc_macro_derive(Role, attributes(role))]
pub fn derive_role(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded(
        "`#[derive(Role)]`",
        &proc_macro2::TokenStream::new(),
        || derives::role::expand(input),
    )
    .into()
}

/// Lists handlers for `App::routes`, each with its documentation and its guard.
///
/// ```text
/// App::new(package!()).routes(routes!(publish, admin::purge))
/// ```
///
/// Takes paths of functions that have both `#[utoipa::path(…)]` and `#[requires_role(…)]`: one without a rule does not
/// compile. An open one says `#[requires_role(public)]`. `crate = ::path,` may stand first, as in the other macros.
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`routes!`", &proc_macro2::TokenStream::new(), || {
        routes::expand(input)
    })
    .into()
}

/// Embeds the migrations of an application: `migrations!("migrations")`.
///
/// The folder, relative to the `Cargo.toml` of the crate, has two folders, `postgres` and `sqlite`, with a folder for
/// each migration: `2026-01-31-120000_create_books/{up,down}.sql`.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`migrations!`", &proc_macro2::TokenStream::new(), || {
        migrations::expand(input)
    })
    .into()
}

/// Makes an `async fn` of a `TestApp` a test on each database, fresh for each.
///
/// ```text
/// use example_app::app;
///
/// #[skeleton_runtime::test]
/// async fn an_article_is_found(app: TestApp) {
///     let article = Article::factory().title("Hello").create(&app).await;
///     let viewer = app.as_role(Role::Viewer);
///     viewer.get(&format!("/articles/{}", article.id)).send().await.expect(200);
/// }
/// ```
///
/// These are the tests `an_article_is_found::sqlite` and `an_article_is_found::postgres`. Without `TEST_DATABASE_URL`
/// the one on PostgreSQL tells that it is skipped, and with `CI=true` it fails. A database that is not compiled in has
/// no test. The function may return a `Result`, whose error fails the test.
///
/// | key | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `app = crate::app` | path of a `fn() -> App` | the `app` in scope | the application |
/// | `set("AUTH_REGISTRATION" = "false")` | strings | none | settings, beside those of every test |
/// | `crate = ::skeleton_runtime` | absolute path | `::skeleton_runtime` | where the expansion finds the runtime |
///
/// It needs the runtime's feature `test-util`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    recover::guarded("`#[skeleton_runtime::test]`", &item, || {
        test_kit::test::expand(arguments, &item)
    })
    .into()
}

/// Holds a resource to the contract: a suite of tests on each database, made of the resource's declaration.
///
/// ```text
/// conformance!(Article);
/// conformance!(Comment, app = example_app::app, without(create));
/// ```
///
/// The tests are in a module, as `article_conformance::roles::sqlite`. What each one asks is said at `Check` of
/// `test_util`.
///
/// | key | type | default | meaning |
/// | --- | --- | --- | --- |
/// | `app = crate::app` | path of a `fn() -> App` | the `app` in scope | the application |
/// | `set("AUTH_REGISTRATION" = "false")` | strings | none | settings, beside those of every test |
/// | `values(code = "A-1")` | what `serde_json::Value` is made from | made up | fields of every row, for rules that are functions and types of one's own |
/// | `without(list, create)` | operations | none | those that a handler of one's own answers in another form |
/// | `crate = ::skeleton_runtime` | absolute path | `::skeleton_runtime` | where the expansion finds the runtime |
///
/// It needs the runtime's feature `test-util`.
#[proc_macro]
pub fn conformance(input: TokenStream) -> TokenStream {
    let input = proc_macro2::TokenStream::from(input);
    recover::guarded("`conformance!`", &proc_macro2::TokenStream::new(), || {
        test_kit::conformance::expand(input)
    })
    .into()
}
