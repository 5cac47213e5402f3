//! What a change would lose, what it would fail on, and what it would keep waiting.

use super::diff::{Diff, TableChange};
use super::model::{Column, Table};
use super::sql::conversion;

/// A step that is only written where it is asked for.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// use skeleton_runtime::schema::{Change, Declared, Schema};
///
/// let snapshot = Declared::new(&[Note::meta()]).schema().clone();
/// let change = Change::between(&snapshot, &Declared::new(&[])).unwrap();
/// let danger = &change.dangers()[0];
/// assert!(danger.what.contains("notes"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// What it does.
    pub what: String,
    /// The safe way.
    pub help: String,
}

impl std::fmt::Display for Danger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.what)?;
        self.help
            .lines()
            .enumerate()
            .try_for_each(|(number, line)| match number {
                0 => write!(formatter, "\n    help: {line}"),
                _ => write!(formatter, "\n          {line}"),
            })
    }
}

/// What no generated migration can do.
pub(super) fn faults(diff: &Diff) -> Vec<String> {
    let mut faults = Vec::new();
    for change in &diff.changed {
        let key = |table: &Table| table.primary_key().map(|column| column.name.clone());
        let renamed = |from: &Column, to: &Column| from.primary_key && to.primary_key;
        let is_kept = change
            .kept()
            .any(|(from, to)| renamed(from, to) && from.kind == to.kind);
        if !is_kept {
            faults.push(format!(
                "`{}`: its primary key changes ({} to {}), which a generated migration can't do\n    help: make a new \
                 resource, copy the rows, then drop the old one",
                change.to.name,
                key(&change.from).unwrap_or_default(),
                key(&change.to).unwrap_or_default(),
            ));
        }
        for (from, to) in change.kept() {
            if from.kind != to.kind && conversion(from.kind, to.kind).is_none() && !from.primary_key
            {
                faults.push(format!(
                    "`{}.{}`: no value of `{}` is one of `{}`\n    help: add a field of the new type beside it, fill it \
                     by a migration of your own, then drop the old one",
                    change.to.name,
                    to.name,
                    type_name(from),
                    type_name(to)
                ));
            }
        }
    }
    faults
}

/// What loses data, or fails on a table that has rows.
pub(super) fn dangers(diff: &Diff) -> Vec<Danger> {
    let mut dangers: Vec<_> = diff
        .dropped
        .iter()
        .map(|table| dropped_table(diff, table))
        .collect();
    for change in &diff.changed {
        dangers.extend(change.gone().map(|column| dropped_column(change, column)));
        let missing = change
            .added()
            .filter(|column| !column.nullable && column.default.is_none());
        dangers.extend(missing.map(|column| required(change, column)));
        for (from, to) in change.kept() {
            if from.nullable && !to.nullable && to.default.is_none() {
                dangers.push(not_null(change, to));
            }
            if conversion(from.kind, to.kind).is_some_and(|how| !how.is_lossless) {
                dangers.push(narrowed(change, from, to));
            }
        }
    }
    dangers
}

fn dropped_table(diff: &Diff, table: &Table) -> Danger {
    let new: Vec<_> = diff
        .created
        .iter()
        .map(|new| format!("`{}`", new.name))
        .collect();
    let renamed = format!("#[resource(renamed_from = \"{}\")]", table.name);
    let help = if new.is_empty() {
        format!("if it has a new name, write `{renamed}` on its resource")
    } else {
        format!(
            "if it is {} now, write `{renamed}` on that resource",
            new.join(" or ")
        )
    };
    Danger {
        what: format!("`{}`: the table is dropped with all its rows", table.name),
        help,
    }
}

fn dropped_column(change: &TableChange, column: &Column) -> Danger {
    let new: Vec<_> = change
        .added()
        .filter(|new| new.kind == column.kind)
        .map(|new| format!("`{}`", new.name))
        .collect();
    let renamed = format!("#[field(renamed_from = \"{}\")]", column.name);
    let help = if new.is_empty() {
        format!("if it has a new name, write `{renamed}` on its field")
    } else {
        format!(
            "if it is {} now, write `{renamed}` on that field",
            new.join(" or ")
        )
    };
    Danger {
        what: format!(
            "`{}.{}`: the column is dropped with what is in it",
            change.from.name, column.name
        ),
        help,
    }
}

fn required(change: &TableChange, column: &Column) -> Danger {
    Danger {
        what: format!(
            "`{}.{}`: rows that are there would have no value, so it fails unless the table is empty",
            change.to.name, column.name
        ),
        help: format!(
            "give it `#[field(default = …)]`, or take three steps:\n1. make it an `Option`, generate, run\n2. fill it in \
             each row: UPDATE {} SET {} = … WHERE {} IS NULL\n3. make it required, generate with --allow-destructive, run",
            change.to.name, column.name, column.name
        ),
    }
}

fn not_null(change: &TableChange, column: &Column) -> Danger {
    Danger {
        what: format!(
            "`{}.{}`: it fails if a row has NULL there",
            change.to.name, column.name
        ),
        help: format!(
            "give it `#[field(default = …)]`, or first fill it in each row:\nUPDATE {} SET {} = … WHERE {} IS NULL",
            change.to.name, column.name, column.name
        ),
    }
}

fn narrowed(change: &TableChange, from: &Column, to: &Column) -> Danger {
    Danger {
        what: format!(
            "`{}.{}`: `{}` has values that `{}` has not; it fails on one that is too large, and rounds fractions",
            change.to.name,
            to.name,
            type_name(from),
            type_name(to)
        ),
        help: "look for such values first, or keep the wider type".to_owned(),
    }
}

/// What keeps others waiting, or what programs of before do not outlive.
pub(super) fn warnings(diff: &Diff) -> Vec<String> {
    let mut warnings = Vec::new();
    for change in &diff.changed {
        let table = &change.to.name;
        if change.is_renamed() {
            warnings.push(format!(
                "`{table}`: instances of the program before fail from the rename on, until they are replaced"
            ));
        }
        for (from, to) in change.kept() {
            let of = format!("`{table}.{}`", to.name);
            if from.name != to.name {
                warnings.push(format!(
                    "{of}: instances of the program before fail from the rename on, until they are replaced"
                ));
            }
            if from.kind != to.kind {
                warnings.push(format!(
                    "{of}: PostgreSQL writes the whole table anew for the type, and nobody reads or writes it meanwhile; \
                     if it is large, add a field of the new type beside it, fill that in portions, then drop the old one"
                ));
            }
            if from.nullable && !to.nullable && to.default.is_some() {
                warnings.push(format!(
                    "{of}: rows with NULL get the default in one statement; if they are many, fill them in portions before"
                ));
            }
            if removes_values(from, to) {
                warnings.push(format!(
                    "{of}: it fails if a row has a value that is none any more; change those rows first"
                ));
            }
        }
        for column in change.gone() {
            warnings.push(format!(
                "`{table}.{}`: instances of the program before fail once it is dropped, until they are replaced",
                column.name
            ));
        }
        for index in change.created.iter().filter(|index| index.unique) {
            warnings.push(format!(
                "`{}`: it fails if two rows share a value; look for such rows first",
                index.name
            ));
        }
    }
    warnings
}

/// Whether values that were allowed are not any more, as far as that is plain to see.
fn removes_values(from: &Column, to: &Column) -> bool {
    to.checks.iter().any(|check| {
        use super::model::Check::OneOf;
        match check {
            OneOf(now) => !from.checks.iter().any(
                |old| matches!(old, OneOf(before) if before.iter().all(|value| now.contains(value))),
            ),
            other => !from.checks.contains(other),
        }
    })
}

pub(super) fn type_name(column: &Column) -> String {
    let name = serde_json::to_value(column.kind).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}
