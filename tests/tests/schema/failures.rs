//! What is refused, what fails, and what is left of it.

use skeleton_runtime::db::{AnyBackend, MigrateError, Migrations, Value};
use skeleton_runtime::prelude::Uuid;
use skeleton_runtime::resource::{Column, Kept, Meta, OnDelete};
use skeleton_runtime::schema::{Catalogue, Change, Declared, Schema, differences};

use crate::support::{execute, leak, migrations, on_both, resource};

fn id() -> Column {
    Column::of::<i64>("id").kept(Kept::Id)
}

fn declare(columns: Vec<Column>) -> Declared {
    Declared::new(&[leak(resource("samples", columns))])
}

fn level(variants: &'static [&'static str]) -> Column {
    Column {
        variants,
        ..Column::of::<String>("level")
    }
}

fn change(old: &Declared, new: &Declared) -> Change {
    Change::between(old.schema(), new).unwrap()
}

/// The first version with some rows, the migration to the second, and what it says to them.
async fn fails(
    old: Vec<Column>,
    rows: &[&str],
    new: Vec<Column>,
    correction: Option<&str>,
    says: [&str; 2],
) {
    let (old, new) = (declare(old), declare(new));
    let first = migrations(1, "create", &change(&declare_none(), &old));
    let forth = change(&old, &new);
    let second = migrations(2, "change", &forth);
    let all = Migrations::merged([&Migrations::kit(), &first, &second]);
    let before = Migrations::merged([&Migrations::kit(), &first]);
    on_both(async |db, _| {
        before.run(db).await.unwrap();
        for row in rows {
            execute(db, row).await;
        }
        let catalogue = Catalogue::read(db).await.unwrap();
        let error = all.run(db).await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, MigrateError::Failed { .. }), "{text}");
        let is_postgres = db.backend() == AnyBackend::Postgres;
        let part = says[usize::from(!is_postgres)];
        assert!(text.contains(part), "{text}");
        if !is_postgres {
            assert_eq!(Catalogue::read(db).await.unwrap(), catalogue);
        }
        assert!(!all.pending(db).await.unwrap().is_empty());
        if let Some(correction) = correction {
            execute(db, correction).await;
            all.run(db).await.unwrap();
            let none = Vec::<String>::new();
            assert_eq!(differences(db, new.schema()).await.unwrap(), none);
        }
    })
    .await;
}

fn declare_none() -> Declared {
    Declared::new(&[])
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_share_what_is_to_be_unique() {
    let text = || Column::of::<String>("name");
    let rows = ["INSERT INTO samples (name) VALUES ('a'), ('a'), ('b')"];
    let says = [
        "statement 2 of 2, `CREATE UNIQUE INDEX CONCURRENTLY samples_name_key ON samples (name)`",
        "UNIQUE constraint failed",
    ];
    let correction = Some("DELETE FROM samples WHERE id = 1");
    fails(
        vec![id(), text()],
        &rows,
        vec![id(), text().unique()],
        correction,
        says,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_has_a_value_that_is_none_any_more() {
    let rows = ["INSERT INTO samples (level) VALUES ('low'), ('high')"];
    let says = ["`samples_level_check`", "CHECK constraint failed"];
    let correction = Some("UPDATE samples SET level = 'low'");
    fails(
        vec![id(), level(&["low", "high"])],
        &rows,
        vec![id(), level(&["low", "middle"])],
        correction,
        [says[0].trim_matches('`'), says[1]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_too_large_for_its_new_type() {
    let rows = ["INSERT INTO samples (count) VALUES (1), (5000000000)"];
    fails(
        vec![id(), Column::of::<i64>("count")],
        &rows,
        vec![id(), Column::of::<i32>("count")],
        Some("UPDATE samples SET count = 5"),
        ["integer out of range", "CHECK constraint failed"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_would_have_no_value() {
    let rows = ["INSERT INTO samples (count) VALUES (1)"];
    let count = || Column::of::<i64>("count");
    fails(
        vec![id(), count()],
        &rows,
        vec![id(), count(), Column::of::<String>("name")],
        Some("DELETE FROM samples"),
        ["contains null values", "NOT NULL constraint failed"],
    )
    .await;
    fails(
        vec![id(), count(), Column::of::<Option<String>>("name")],
        &rows,
        vec![id(), count(), Column::of::<String>("name")],
        Some("UPDATE samples SET name = 'a'"),
        ["samples_name_not_null", "NOT NULL constraint failed"],
    )
    .await;
}

#[test]
fn dangers_are_told_with_the_way_around_them() {
    let old = declare(vec![
        id(),
        Column::of::<i64>("count"),
        Column::of::<String>("title"),
        Column::of::<Option<String>>("note"),
    ]);
    let new = declare(vec![
        id(),
        Column::of::<i16>("count"),
        Column::of::<String>("headline"),
        Column::of::<String>("note"),
    ]);
    let told: Vec<_> = change(&old, &new)
        .dangers()
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "`samples.title`: the column is dropped with what is in it\n    help: if it is `headline` now, write \
         `#[field(renamed_from = \"title\")]` on that field",
        "`samples.headline`: rows that are there would have no value, so it fails unless the table is empty\n    help: \
         give it `#[field(default = …)]`, or take three steps:\n          1. make it an `Option`, generate, run\n          \
         2. fill it in each row: UPDATE samples SET headline = … WHERE headline IS NULL\n          \
         3. make it required, generate with --allow-destructive, run",
        "`samples.count`: `i64` has values that `i16` has not; it fails on one that is too large, and rounds fractions\n    \
         help: look for such values first, or keep the wider type",
        "`samples.note`: it fails if a row has NULL there\n    help: give it `#[field(default = …)]`, or first fill it in \
         each row:\n          UPDATE samples SET note = … WHERE note IS NULL",
    ];
    assert_eq!(told, expected);
    let gone = change(&old, &declare_none()).dangers();
    assert_eq!(
        gone[0].what,
        "`samples`: the table is dropped with all its rows"
    );
}

#[test]
fn what_cannot_be_generated_says_what_to_do() {
    let old = declare(vec![id(), Column::of::<Uuid>("token")]);
    let text = declare(vec![id(), Column::of::<bool>("token")]);
    let faults = Change::between(old.schema(), &text).unwrap_err();
    assert!(
        faults[0].starts_with("`samples.token`: no value of `uuid` is one of `bool`\n    help: "),
        "{faults:?}"
    );
    let key = declare(vec![
        Column::of::<Uuid>("id").kept(Kept::Id),
        Column::of::<Uuid>("token"),
    ]);
    let faults = Change::between(old.schema(), &key).unwrap_err();
    assert!(
        faults[0].starts_with("`samples`: its primary key changes"),
        "{faults:?}"
    );
}

#[test]
fn renames_are_done_once_and_never_guessed() {
    let old = declare(vec![id(), Column::of::<String>("title")]);
    let renamed = Column::of::<String>("headline").renamed_from("title");
    let new = declare(vec![id(), renamed]);
    let forth = change(&old, &new);
    assert!(forth.dangers().is_empty());
    assert_eq!(
        forth.describe(),
        ["~ column `samples.title`: is `headline` now"]
    );
    assert!(change(&new, &new).is_empty(), "the key may stay");
    let both = declare(vec![id(), Column::of::<String>("title"), renamed]);
    let faults = Change::between(both.schema(), &new).unwrap_err();
    assert_eq!(
        faults,
        ["column `samples.headline`: renamed from `title`, but both are there"]
    );
}

#[test]
fn a_snapshot_that_is_none_is_refused() {
    for (text, expected) in [
        ("", "EOF"),
        (r#"{"format": 2, "tables": []}"#, "the format 2"),
        (
            r#"{"format": 1, "tables": [], "more": 1}"#,
            "unknown field `more`",
        ),
    ] {
        let error = Schema::parse(text).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

fn left() -> &'static Meta {
    const COLUMNS: &[Column] = &[
        Column::of::<i64>("id").kept(Kept::Id),
        Column::of::<Option<i64>>("right_id").references(right, OnDelete::SetNull),
    ];
    static LEFT: Meta = Meta::new("Left", "lefts", "/lefts", COLUMNS, 0);
    &LEFT
}

fn right() -> &'static Meta {
    const COLUMNS: &[Column] = &[
        Column::of::<i64>("id").kept(Kept::Id),
        Column::of::<Option<i64>>("left_id").references(left, OnDelete::Cascade),
        Column::of::<i32>("count").default(|| Value::I32(0)),
    ];
    static RIGHT: Meta = Meta::new("Right", "rights", "/rights", COLUMNS, 0);
    &RIGHT
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_may_refer_to_each_other() {
    let declared = Declared::new(&[left(), right()]);
    let all = migrations(1, "create", &change(&declare_none(), &declared));
    on_both(async |db, _| {
        all.run(db).await.unwrap();
        let none = Vec::<String>::new();
        assert_eq!(differences(db, declared.schema()).await.unwrap(), none);
        all.redo(db, 1).await.unwrap();
        assert_eq!(differences(db, declared.schema()).await.unwrap(), none);
    })
    .await;
}

/// On PostgreSQL the first of two migrations is applied then, and the second one half.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_by_half_can_be_taken_back() {
    let name = || Column::of::<String>("name");
    let old = declare(vec![
        id(),
        name(),
        Column::of::<Option<i32>>("count").index(),
    ]);
    let count = Column::of::<i32>("count")
        .default(|| Value::I32(0))
        .sort()
        .index();
    let extra = Column::of::<Option<String>>("extra");
    let new = declare(vec![id(), name().unique(), count, extra.index()]);
    let create = migrations(1, "create", &change(&declare_none(), &old));
    let forth = change(&old, &new);
    assert_eq!(forth.scripts().0.len(), 2);
    let second = migrations(2, "change", &forth);
    let before = Migrations::merged([&Migrations::kit(), &create]);
    let all = Migrations::merged([&before, &second]);
    on_both(async |db, _| {
        before.run(db).await.unwrap();
        execute(db, "INSERT INTO samples (name) VALUES ('a'), ('a')").await;
        let catalogue = Catalogue::read(db).await.unwrap();
        all.run(db).await.unwrap_err();
        if db.backend() == AnyBackend::Postgres {
            assert_ne!(Catalogue::read(db).await.unwrap(), catalogue);
            let pending = all.pending(db).await.unwrap();
            assert!(
                pending.len() == 1 && pending[0].ends_with("_change_online"),
                "{pending:?}"
            );
            let told = differences(db, new.schema()).await.unwrap().join("\n");
            assert!(told.contains("index samples_name_key"), "{told}");
            all.revert(db, 1).await.unwrap();
        }
        assert_eq!(Catalogue::read(db).await.unwrap(), catalogue);
        execute(db, "DELETE FROM samples WHERE id = 2").await;
        all.run(db).await.unwrap();
        assert_eq!(
            differences(db, new.schema()).await.unwrap(),
            Vec::<String>::new()
        );
    })
    .await;
}
