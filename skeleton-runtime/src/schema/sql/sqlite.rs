//! SQLite: in place where it can, else by a table that takes the old one's place.

use super::column::{check, create_index, default, definition, references};
use super::convert::{Sqlite, conversion};
use super::create;
use super::script::{Script, Steps};
use super::word::name;
use crate::db::AnyBackend;
use crate::schema::diff::{Diff, TableChange};
use crate::schema::model::{Column, Table};

const BACKEND: AnyBackend = AnyBackend::Sqlite;

pub(super) fn script(forth: &Diff, back: &Diff) -> Script {
    Script {
        suffix: "",
        up: steps(forth, false).text(),
        down: steps(back, true).text(),
        in_transaction: true,
    }
}

fn steps(diff: &Diff, is_back: bool) -> Steps {
    let mut steps = Steps::default();
    for change in &diff.changed {
        rename(change, &mut steps);
    }
    create::all(BACKEND, &diff.created, &mut steps);
    for change in &diff.changed {
        guard(change, &mut steps);
        if needs_rebuild(change, is_back) {
            rebuild(change, is_back, &mut steps);
        } else {
            in_place(change, &mut steps);
        }
    }
    let dropped = diff
        .dropped
        .iter()
        .map(|table| format!("DROP TABLE {}", name(&table.name)));
    steps.add("Drop what no resource has any more.", dropped);
    steps
}

/// SQLite changes what refers to the table and the columns too.
fn rename(change: &TableChange, steps: &mut Steps) {
    let table = name(&change.to.name);
    let mut statements = Vec::new();
    if change.is_renamed() {
        statements.push(format!(
            "ALTER TABLE {} RENAME TO {table}",
            name(&change.from.name)
        ));
    }
    for (old, new) in change.kept().filter(|(old, new)| old.name != new.name) {
        let (old, new) = (name(&old.name), name(&new.name));
        statements.push(format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"));
    }
    let comment = if change.is_renamed() {
        format!("Rename `{}` to `{}`.", change.from.name, change.to.name)
    } else {
        format!("Rename within `{}`.", change.to.name)
    };
    steps.add(comment, statements);
}

/// All that CREATE TABLE says of a column.
fn whole(table: &Table, column: &Column) -> String {
    let reference = column.references.as_ref().map(references);
    format!(
        "{} {}",
        definition(BACKEND, table, column),
        reference.unwrap_or_default()
    )
}

fn needs_rebuild(change: &TableChange, is_back: bool) -> bool {
    let is_altered = |(from, to): (&Column, &Column)| {
        let from = Column {
            name: to.name.clone(),
            ..from.clone()
        };
        whole(&change.to, &from) != whole(&change.to, to)
    };
    let needs_value = |column: &Column| !column.nullable && column.default.is_none();
    change.gone().next().is_some()
        || change.kept().any(is_altered)
        || change
            .added()
            .any(|column| needs_value(column) || is_back && check(BACKEND, column).is_some())
}

fn in_place(change: &TableChange, steps: &mut Steps) {
    let table = name(&change.to.name);
    let old = change
        .dropped
        .iter()
        .chain(change.renamed.iter().map(|(old, _)| old));
    for index in old {
        let sql = format!("DROP INDEX {}", name(&index.name));
        steps.add(format!("Drop the index `{}`.", index.name), [sql]);
    }
    for column in change.added() {
        let definition = whole(&change.to, column);
        let sql = format!("ALTER TABLE {table} ADD COLUMN {}", definition.trim_end());
        steps.add(format!("Add `{}.{}`.", change.to.name, column.name), [sql]);
    }
    let new = change
        .created
        .iter()
        .chain(change.renamed.iter().map(|(_, new)| new));
    for index in new {
        let sql = create_index(&change.to.name, index, false);
        steps.add(format!("Index `{}`.", index.name), [sql]);
    }
}

/// Fails where a value is none of the new type, which the column itself would take.
fn guard(change: &TableChange, steps: &mut Steps) {
    for (from, to) in change.kept() {
        let Some(Sqlite::Within(min, max)) = conversion(from.kind, to.kind).map(|how| how.sqlite)
        else {
            continue;
        };
        let (table, column) = (name(&change.to.name), name(&to.name));
        let guard = name(&format!("{}_{}_fits", change.to.name, to.name));
        steps.add(
            format!("Fail where a value of `{}.{}` is too large.", change.to.name, to.name),
            [
                format!("CREATE TEMP TABLE {guard} (fits INTEGER CHECK (fits))"),
                format!(
                    "INSERT INTO temp.{guard} SELECT 0 FROM {table} WHERE {column} NOT BETWEEN {min} AND {max} LIMIT 1"
                ),
                format!("DROP TABLE temp.{guard}"),
            ],
        );
    }
}

/// The steps that SQLite's documentation gives for changes that ALTER TABLE has not; foreign keys are checked by who
/// runs the migration, before the commit.
fn rebuild(change: &TableChange, is_back: bool, steps: &mut Steps) {
    let to = &change.to;
    let interim = format!("{}__new", to.name);
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (from, column) in change.kept() {
        columns.push(column.name.as_str());
        values.push(converted(from, column));
    }
    for column in change.added().filter(|_| is_back) {
        if let Some(value) = create::filler(BACKEND, column) {
            columns.push(column.name.as_str());
            values.push(value);
        }
    }
    let mut statements = vec![
        create::table(BACKEND, to, Some(&interim), |_| true),
        format!(
            "INSERT INTO {} ({})\nSELECT {}\nFROM {}",
            name(&interim),
            super::names(columns),
            values.join(", "),
            name(&to.name)
        ),
        format!("DROP TABLE {}", name(&to.name)),
        format!(
            "ALTER TABLE {} RENAME TO {}",
            name(&interim),
            name(&to.name)
        ),
    ];
    statements.extend(
        to.indexes
            .iter()
            .map(|index| create_index(&to.name, index, false)),
    );
    let comment = format!(
        "`{}` in a new form. What refers to it does so again once it has its name; its indexes are made anew.",
        to.name
    );
    steps.add(comment, statements);
}

fn converted(from: &Column, to: &Column) -> String {
    let mut value = name(&to.name);
    if let Some(Sqlite::Cast(kind)) = conversion(from.kind, to.kind).map(|how| how.sqlite) {
        value = format!("CAST({value} AS {kind})");
    }
    match default(BACKEND, to) {
        Some(default) if from.nullable && !to.nullable => format!("coalesce({value}, {default})"),
        _ => value,
    }
}
