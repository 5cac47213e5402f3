//! A difference in words.

use super::danger::type_name;
use super::diff::{Diff, TableChange};
use super::model::{Column, Index};
use super::sql;
use crate::db::AnyBackend;

/// One line for each thing that differs.
pub(super) fn lines(diff: &Diff) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(
        diff.created
            .iter()
            .map(|table| format!("+ table `{}`", table.name)),
    );
    for change in &diff.changed {
        table(change, &mut lines);
    }
    lines.extend(
        diff.dropped
            .iter()
            .map(|table| format!("- table `{}`", table.name)),
    );
    lines
}

fn table(change: &TableChange, lines: &mut Vec<String>) {
    let table = &change.to.name;
    if change.is_renamed() {
        lines.push(format!("~ table `{}`: is `{table}` now", change.from.name));
    }
    lines.extend(
        change
            .added()
            .map(|column| format!("+ column `{table}.{}`: {}", column.name, of(column))),
    );
    for (from, to) in change.kept().filter(|(from, to)| from != to) {
        if from.name != to.name {
            lines.push(format!(
                "~ column `{table}.{}`: is `{}` now",
                from.name, to.name
            ));
        }
        let (before, after) = (of(from), of(&to.clone()));
        if before != after {
            lines.push(format!(
                "~ column `{table}.{}`: {before} → {after}",
                to.name
            ));
        }
    }
    lines.extend(
        change
            .gone()
            .map(|column| format!("- column `{table}.{}`", column.name)),
    );
    lines.extend(
        change
            .created
            .iter()
            .map(|new| format!("+ index `{}` ({})", new.name, keys(new))),
    );
    for (old, new) in &change.renamed {
        lines.push(format!("~ index `{}`: is `{}` now", old.name, new.name));
    }
    lines.extend(
        change
            .dropped
            .iter()
            .map(|old| format!("- index `{}`", old.name)),
    );
}

fn keys(index: &Index) -> String {
    let mut keys = index.columns.join(", ");
    if let Some(column) = &index.where_null {
        keys.push_str(" where ");
        keys.push_str(column);
        keys.push_str(" is null");
    }
    keys
}

/// `text, nullable, default 'a', check …, refers to categories.id (restrict)`
fn of(column: &Column) -> String {
    let mut parts = vec![type_name(column)];
    if column.nullable {
        parts.push("nullable".to_owned());
    }
    if let Some(default) = sql::default(AnyBackend::Postgres, column) {
        parts.push(format!("default {default}"));
    }
    let unnamed = Column {
        name: "value".to_owned(),
        ..column.clone()
    };
    parts.extend(sql::check(AnyBackend::Postgres, &unnamed));
    if let Some(reference) = &column.references {
        parts.push(format!(
            "refers to `{}`, {}",
            reference.table,
            reference.on_delete.sql().to_lowercase()
        ));
    }
    parts.join(", ")
}
