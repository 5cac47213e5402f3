//! Which indexes a resource has.
//!
//! Those that nearly each one needs: of its default order, of its foreign keys, of what is unique. All others are
//! asked for by `#[field(index)]`, for an index costs each write, and one for each pair of filter and sort would cost
//! most of all.

use super::model::Index;
use super::name;
use crate::db::Kind;
use crate::resource::{Column, Direction, Kept, Meta};

/// The indexes, in the order of the columns.
pub(super) fn of(meta: &Meta) -> Vec<Index> {
    let mut indexes: Vec<Index> = meta
        .columns
        .iter()
        .filter(|column| column.unique && column.kept != Some(Kept::Id))
        .map(|column| unique(meta, column))
        .collect();
    let order = default_order(meta);
    if order.len() > 1 {
        add(&mut indexes, meta, order.clone());
    }
    for column in meta.columns {
        if let Some(keys) = wanted(meta, column, &order) {
            add(&mut indexes, meta, keys);
        }
    }
    for index in &mut indexes {
        index.name = name::index(meta.table, index, meta.id_column().column);
    }
    indexes
}

fn unique(meta: &Meta, column: &Column) -> Index {
    let deleted_at = meta.deleted_at().map(|index| &meta.columns[index]);
    Index {
        name: String::new(),
        columns: vec![column.column.to_owned()],
        unique: true,
        where_null: deleted_at.map(|column| column.column.to_owned()),
    }
}

/// The columns of the default order, and the id, which breaks ties; turned so that the first ascends.
fn default_order(meta: &Meta) -> Vec<String> {
    let id = meta.id_column().column;
    let turns = meta.sort.first().map(|(_, direction)| *direction) == Some(Direction::Descending);
    let mut keys = Vec::new();
    let mut descends = false;
    for (column, direction) in meta.sort {
        descends = (*direction == Direction::Descending) != turns;
        keys.push(key(meta.columns[*column].column, descends));
        if *column == meta.id {
            return keys;
        }
    }
    keys.push(key(id, descends));
    keys
}

fn key(column: &str, descends: bool) -> String {
    let sign = if descends { "-" } else { "" };
    format!("{sign}{column}")
}

/// The index that a column asks for by itself.
fn wanted(meta: &Meta, column: &Column, order: &[String]) -> Option<Vec<String>> {
    let is_key = column.references.is_some();
    if column.kept == Some(Kept::Id) || !(is_key || column.index) {
        return None;
    }
    // A value that several rows share is looked for in the default order. Where it is sorted by, the id breaks ties.
    let has_few_values = column.kind == Kind::Bool || !column.variants.is_empty();
    if !is_key && column.sort && !has_few_values {
        return Some(vec![
            column.column.to_owned(),
            meta.id_column().column.to_owned(),
        ]);
    }
    let is_other = |key: &&String| key.trim_start_matches('-') != column.column;
    let behind = order.iter().filter(is_other).cloned();
    Some(
        std::iter::once(column.column.to_owned())
            .chain(behind)
            .collect(),
    )
}

/// Adds an index, unless another one has the same order, or finds a single row.
fn add(indexes: &mut Vec<Index>, meta: &Meta, columns: Vec<String>) {
    let finds_one = |index: &Index| {
        index.unique && index.where_null.is_none() && index.columns[0] == columns[0]
    };
    let is_nullable = meta
        .columns
        .iter()
        .any(|column| column.column == columns[0] && column.nullable);
    let is_there = indexes.iter().any(|index| {
        index.where_null.is_none() && index.columns.starts_with(&columns)
            || finds_one(index) && !is_nullable
    });
    if !is_there {
        indexes.push(Index {
            name: String::new(),
            columns,
            unique: false,
            where_null: None,
        });
    }
}
