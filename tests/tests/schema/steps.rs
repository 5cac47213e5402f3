//! The versions of a resource.

use skeleton_runtime::db::Value;
use skeleton_runtime::prelude::{DateTime, Decimal, Utc, Uuid};
use skeleton_runtime::resource::{Check, Column, Direction, Kept, LengthUnit, Meta, OnDelete};
use skeleton_runtime::schema::Declared;

use crate::support::{leak, resource};

/// A version: all that it has, so that each differs from the one before in one thing.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a version may have"
)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) title: &'static str,
    views: Views,
    statuses: &'static [&'static str],
    note_is_required: bool,
    has_subtitle: bool,
    /// The most stars, where there are any, and the default.
    stars: Option<(i64, i32)>,
    title_is_unique: bool,
    views_are_indexed: bool,
    section: Option<OnDelete>,
    is_soft_deleted: bool,
}

impl Step {
    /// Whether it loses something, or might.
    pub(crate) fn is_dangerous(&self) -> bool {
        ["drop_a_column", "narrow_an_integer", "drop_a_relation"].contains(&self.name)
    }
}

#[derive(Clone, Copy)]
enum Views {
    I32,
    I64,
    Decimal,
}

const FIRST: Step = Step {
    name: "create",
    table: "posts",
    title: "title",
    views: Views::I32,
    statuses: &["draft", "published"],
    note_is_required: false,
    has_subtitle: false,
    stars: None,
    title_is_unique: false,
    views_are_indexed: false,
    section: None,
    is_soft_deleted: false,
};

/// What a version changes of the one before.
type Alter = fn(&mut Step);

const CHANGES: &[(&str, Alter)] = &[
    ("add_a_nullable_column", |step| step.has_subtitle = true),
    ("add_a_column_with_a_default", |step| {
        step.stars = Some((5, 3));
    }),
    ("require_what_may_be_null", |step| {
        step.note_is_required = true;
    }),
    ("allow_null", |step| step.note_is_required = false),
    ("rename_a_column", |step| step.title = "headline"),
    ("rename_the_table", |step| step.table = "articles"),
    ("widen_an_integer", |step| step.views = Views::I64),
    ("make_it_unique", |step| step.title_is_unique = true),
    ("make_it_free", |step| step.title_is_unique = false),
    ("add_a_value", |step| {
        step.statuses = &["draft", "published", "archived"];
    }),
    ("remove_a_value", |step| {
        step.statuses = &["draft", "published"];
    }),
    ("add_a_relation", |step| {
        step.section = Some(OnDelete::Restrict);
    }),
    ("add_an_index", |step| step.views_are_indexed = true),
    ("delete_softly", |step| {
        step.is_soft_deleted = true;
        step.title_is_unique = true;
    }),
    ("change_a_rule", |step| step.stars = Some((10, 3))),
    ("change_a_default", |step| step.stars = Some((10, 4))),
    ("change_on_delete", |step| {
        step.section = Some(OnDelete::SetNull);
    }),
    ("drop_a_column", |step| step.has_subtitle = false),
    ("narrow_an_integer", |step| step.views = Views::I32),
    ("make_it_a_decimal", |step| step.views = Views::Decimal),
    ("drop_a_relation", |step| step.section = None),
    ("rename_all_back", |step| {
        step.table = "posts";
        step.title = "title";
    }),
];

/// All versions, in their order.
pub(crate) fn steps() -> Vec<Step> {
    let mut steps = vec![FIRST];
    for (name, alter) in CHANGES {
        let mut step = steps.last().unwrap_or(&FIRST).clone();
        step.name = name;
        alter(&mut step);
        steps.push(step);
    }
    steps
}

/// The resources of a version.
pub(crate) fn declared(step: &Step) -> Declared {
    let meta = posts(step);
    let mut metas = vec![meta, replies(step.table)];
    if step.section.is_some() {
        metas.push(sections());
    }
    Declared::new(&metas)
}

fn posts(step: &Step) -> &'static Meta {
    let views = match step.views {
        Views::I32 => Column::of::<i32>("views"),
        Views::I64 => Column::of::<i64>("views"),
        Views::Decimal => Column::of::<Decimal>("views"),
    };
    let title = Column::of::<String>(step.title).checks(&[Check::Length {
        unit: LengthUnit::Chars,
        min: Some(1),
        max: Some(200),
    }]);
    // What the name was before; without effect once it is no more in the snapshot.
    let title = title.renamed_from(if step.title == "title" {
        "headline"
    } else {
        "title"
    });
    let mut columns = vec![
        Column::of::<Uuid>("id").kept(Kept::Id),
        if step.title_is_unique {
            title.unique()
        } else {
            title
        },
        if step.views_are_indexed {
            views.sort().index()
        } else {
            views
        },
        Column {
            variants: step.statuses,
            ..Column::of::<String>("status")
        },
        if step.note_is_required {
            Column::of::<String>("note").default(|| Value::Text(String::new()))
        } else {
            Column::of::<Option<String>>("note")
        },
        Column::of::<DateTime<Utc>>("created_at").kept(Kept::CreatedAt),
    ];
    columns.extend(later(step));
    let meta = resource(step.table, columns)
        .sort(&[(5, Direction::Descending)])
        .renamed_from(if step.table == "posts" {
            "articles"
        } else {
            "posts"
        });
    leak(if step.is_soft_deleted {
        meta.soft_delete()
    } else {
        meta
    })
}

/// What the first version has not.
fn later(step: &Step) -> Vec<Column> {
    let mut columns = Vec::new();
    if step.has_subtitle {
        columns.push(Column::of::<Option<String>>("subtitle"));
    }
    if let Some((max, default)) = step.stars {
        let range = Check::IntRange {
            min: Some(0),
            max: Some(max),
        };
        let stars = Column::of::<i32>("stars").checks(Vec::leak(vec![range]));
        columns.push(match default {
            3 => stars.default(|| Value::I32(3)),
            _ => stars.default(|| Value::I32(4)),
        });
    }
    if let Some(on_delete) = step.section {
        columns.push(Column::of::<Option<Uuid>>("section_id").references(sections, on_delete));
    }
    if step.is_soft_deleted {
        columns.push(Column::of::<Option<DateTime<Utc>>>("deleted_at").kept(Kept::DeletedAt));
    }
    columns
}

/// What goes with its post, and must not when the post's table is made anew.
fn replies(table: &str) -> &'static Meta {
    let target: fn() -> &'static Meta = if table == "posts" {
        of_posts
    } else {
        of_articles
    };
    leak(resource(
        "replies",
        vec![
            Column::of::<Uuid>("id").kept(Kept::Id),
            Column::of::<Uuid>("post_id").references(target, OnDelete::Cascade),
            Column::of::<String>("text"),
        ],
    ))
}

fn of_posts() -> &'static Meta {
    static POSTS: Meta = Meta::new("Post", "posts", "/posts", &[Column::of::<Uuid>("id")], 0);
    &POSTS
}

fn of_articles() -> &'static Meta {
    static ARTICLES: Meta = Meta::new(
        "Article",
        "articles",
        "/articles",
        &[Column::of::<Uuid>("id")],
        0,
    );
    &ARTICLES
}

fn sections() -> &'static Meta {
    const COLUMNS: &[Column] = &[
        Column::of::<Uuid>("id").kept(Kept::Id),
        Column::of::<String>("name").unique(),
    ];
    static SECTIONS: Meta = Meta::new("Section", "sections", "/sections", COLUMNS, 0);
    &SECTIONS
}
