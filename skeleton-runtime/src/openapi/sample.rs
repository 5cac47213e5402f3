//! Resources for the tests of this module: a newsroom in small.

use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation as ApiOperation};

use crate::auth::{Role, RoleRef, RoleSet, Rule, Term};
use crate::db::Kind;
use crate::resource::{
    Check, Column, Direction, Kept, LengthUnit, Meta, Mismatch, OnDelete, Operation, Relation,
};

use super::{AuthDocs, Document, ServiceDocs};

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        column: name,
        doc: "",
        kind,
        nullable: false,
        secret: false,
        variants: &[],
        filter: false,
        sort: false,
        search: false,
        unique: false,
        index: false,
        read_only: false,
        write_only: false,
        immutable: false,
        has_default: false,
        default: None,
        renamed_from: None,
        read_role: None,
        write_role: None,
        kept: None,
        references: None,
        checks: &[],
        parse: |_| Err(Mismatch::new("type", "not parsed here")),
    }
}

const fn nullable(mut column: Column) -> Column {
    column.nullable = true;
    column
}

const fn with_variants(mut column: Column, variants: &'static [&'static str]) -> Column {
    column.variants = variants;
    column
}

const fn secret(mut column: Column) -> Column {
    column.secret = true;
    column
}

const TITLE: &[Check] = &[Check::Length {
    unit: LengthUnit::Chars,
    min: Some(1),
    max: Some(200),
}];
const STATUS: &[&str] = &["draft", "published", "archived"];

pub(super) static ARTICLE: Meta = Meta::new("Article", "articles", "/articles", ARTICLE_COLUMNS, 0)
    .doc("An article of the newsroom.")
    .sort(&[(9, Direction::Descending)])
    .page(20, 100)
    .relations(&[Relation::many("comments", || &COMMENT)]);

static ARTICLE_COLUMNS: &[Column] = &[
    column("id", Kind::Uuid).kept(Kept::Id),
    column("title", Kind::Text)
        .doc("Headline, shown in lists.")
        .filter()
        .sort()
        .checks(TITLE),
    column("slug", Kind::Text).read_only().unique().filter(),
    with_variants(column("status", Kind::Text), STATUS)
        .filter()
        .sort()
        .has_default(),
    column("views", Kind::I32)
        .filter()
        .has_default()
        .checks(&[Check::IntRange {
            min: Some(0),
            max: None,
        }]),
    nullable(column("rating", Kind::Decimal))
        .filter()
        .checks(&[Check::FloatRange {
            min: Some(0.0),
            max: Some(5.0),
        }]),
    nullable(column("metadata", Kind::Json)),
    nullable(column("category_id", Kind::Uuid))
        .filter()
        .references(|| &CATEGORY, OnDelete::Restrict),
    column("author_id", Kind::Uuid).kept(Kept::Owner).filter(),
    column("created_at", Kind::Timestamp)
        .kept(Kept::CreatedAt)
        .sort(),
    nullable(column("opens_at", Kind::Time)),
    nullable(column("day", Kind::Date)),
    column("tags", Kind::TextArray).has_default(),
    nullable(with_variants(column("mood", Kind::Text), &["calm", "wild"])),
    secret(column("draft_key", Kind::Text)),
    column("cover", Kind::Bytes).write_only().has_default(),
];

pub(super) static CATEGORY: Meta =
    Meta::new("Category", "categories", "/categories", CATEGORY_COLUMNS, 0);

static CATEGORY_COLUMNS: &[Column] = &[
    column("id", Kind::I64).kept(Kept::Id),
    column("name", Kind::Text).unique().immutable(),
];

pub(super) static COMMENT: Meta = Meta::new("Comment", "comments", "/comments", COMMENT_COLUMNS, 0)
    .operations(&[Operation::List, Operation::Get, Operation::Delete]);

static COMMENT_COLUMNS: &[Column] = &[
    column("id", Kind::Uuid).kept(Kept::Id),
    column("article_id", Kind::Uuid)
        .immutable()
        .filter()
        .references(|| &ARTICLE, OnDelete::Cascade),
    column("body", Kind::Text),
];

/// In no document: it refers to a comment, which refers to an article.
pub(super) static REPORT: Meta = Meta::new("Report", "reports", "/reports", REPORT_COLUMNS, 0);

static REPORT_COLUMNS: &[Column] = &[
    column("id", Kind::Uuid).kept(Kept::Id),
    column("comment_id", Kind::Uuid).references(|| &COMMENT, OnDelete::Restrict),
];

pub(super) const VIEWER: Rule = Rule(&[Term::AtLeast(RoleRef::new(
    Role::ROLES,
    Role::Viewer as usize,
))]);
pub(super) const MEMBER: Rule = Rule(&[Term::AtLeast(RoleRef::new(
    Role::ROLES,
    Role::Member as usize,
))]);
pub(super) const ADMIN: Rule = Rule(&[Term::AtLeast(RoleRef::new(
    Role::ROLES,
    Role::Admin as usize,
))]);
pub(super) const OWN: Rule = Rule(&[
    Term::AtLeast(RoleRef::new(Role::ROLES, Role::Admin as usize)),
    Term::Owner,
]);
pub(super) const PUBLIC: Rule = Rule(&[Term::Public]);

/// Three resources, a handler that says next to nothing of itself, and all that the kit adds.
pub(super) fn document() -> OpenApi {
    let publish = ApiOperation::builder()
        .operation_id(Some("create_article"))
        .description(Some("Publishes an article."))
        .response("200", utoipa::openapi::Response::default())
        .response(
            "409",
            utoipa::openapi::Response::new("It is published already."),
        )
        .build();
    Document::new("newsroom", "0.1.0")
        .resource(
            &CATEGORY,
            [PUBLIC, PUBLIC, ADMIN, ADMIN, ADMIN, ADMIN, ADMIN, ADMIN],
        )
        .resource(
            &ARTICLE,
            [VIEWER, VIEWER, MEMBER, OWN, OWN, OWN, MEMBER, ADMIN],
        )
        .resource(&COMMENT, [VIEWER; 8])
        .operation(
            "/articles/{id}/publish",
            HttpMethod::Post,
            publish,
            ADMIN,
            Vec::new(),
        )
        .auth(&AuthDocs {
            registration: true,
            ..AuthDocs::default()
        })
        .service(&ServiceDocs {
            health: true,
            metrics: true,
        })
        .finish()
}
