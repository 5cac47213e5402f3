//! Declared sorts and filters that no index serves.

use super::model::{Index, Schema, Table};
use crate::resource::{Column, Kept, Meta};

/// One line for each resource that has any.
pub(super) fn unserved(metas: &[&'static Meta], schema: &Schema) -> Vec<String> {
    let lines = metas.iter().filter_map(|meta| {
        let table = schema.table(meta.table)?;
        let sorts = named(meta, |column| {
            column.sort && !is_sorted(table, meta, column)
        });
        let filters = named(meta, |column| column.filter && !is_found(table, column));
        let both: Vec<_> = [("sorts", sorts), ("filters", filters)]
            .into_iter()
            .filter(|(_, columns)| !columns.is_empty())
            .map(|(what, columns)| format!("{what} {columns}"))
            .collect();
        (!both.is_empty()).then(|| {
            format!(
                "`{}`: no index serves its {}; each page of such a list reads the whole table",
                meta.name,
                both.join(", nor its ")
            )
        })
    });
    lines.collect()
}

fn named(meta: &Meta, is_meant: impl Fn(&Column) -> bool) -> String {
    let columns = meta
        .columns
        .iter()
        .filter(|column| column.kept != Some(Kept::Id) && is_meant(column));
    let names: Vec<_> = columns.map(|column| format!("`{}`", column.name)).collect();
    names.join(", ")
}

fn begins_with<'a>(index: &'a Index, column: &Column) -> bool {
    index
        .columns
        .first()
        .is_some_and(|key: &'a String| key == column.column)
}

fn is_found(table: &Table, column: &Column) -> bool {
    table.indexes.iter().any(|index| begins_with(index, column))
}

/// In its order, with nothing but the id behind it, or with no two rows that tie.
fn is_sorted(table: &Table, meta: &Meta, column: &Column) -> bool {
    let id = meta.id_column().column;
    table.indexes.iter().any(|index| {
        let is_followed = index.columns.get(1).is_some_and(|key| key == id);
        begins_with(index, column) && (index.unique || is_followed)
    })
}
