//! What differs between two schemas.

use std::collections::BTreeSet;

use super::declare::Renames;
use super::model::{Column, Index, Schema, Table};

/// The way from one schema to another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diff {
    /// Parents first, where no circle of references forbids it.
    pub(crate) created: Vec<Table>,
    pub(crate) changed: Vec<TableChange>,
    pub(crate) dropped: Vec<Table>,
}

/// A table that stays, perhaps under another name.
#[derive(Debug, Clone)]
pub(crate) struct TableChange {
    pub(crate) from: Table,
    pub(crate) to: Table,
    /// Those that are there after, in their order, then those that go.
    pub(crate) columns: Vec<ColumnChange>,
    pub(crate) created: Vec<Index>,
    pub(crate) dropped: Vec<Index>,
    /// The same index under another name.
    pub(crate) renamed: Vec<(Index, Index)>,
}

#[derive(Debug, Clone)]
pub(crate) enum ColumnChange {
    Added(Column),
    Dropped(Column),
    /// There before and after; likely the same.
    Kept(Box<Column>, Box<Column>),
}

impl Diff {
    /// The way from `old` to `new`.
    ///
    /// # Errors
    ///
    /// Renames that contradict what is there.
    pub(crate) fn between(
        old: &Schema,
        new: &Schema,
        renames: &Renames,
    ) -> Result<Self, Vec<String>> {
        let renames = effective(old, new, renames)?;
        Ok(Self::of(old, new, &renames))
    }

    /// The way back.
    pub(crate) fn reversed(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let renames = effective(old, new, renames).unwrap_or_default();
        let back = Renames {
            tables: renames
                .tables
                .iter()
                .map(|(to, from)| (from.clone(), to.clone()))
                .collect(),
            columns: renames
                .columns
                .iter()
                .map(|((table, to), from)| {
                    let table = renames.tables.get(table).unwrap_or(table);
                    ((table.clone(), from.clone()), to.clone())
                })
                .collect(),
        };
        Self::of(new, old, &back)
    }

    fn of(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let mut diff = Self::default();
        let mut kept = BTreeSet::new();
        for to in &new.tables {
            let name = renames.tables.get(&to.name).unwrap_or(&to.name);
            match old.table(name) {
                Some(from) => {
                    kept.insert(name.as_str());
                    let from = renamed(from, to, renames);
                    let change = TableChange::of(&from, to, renames);
                    if !change.is_empty() {
                        diff.changed.push(change);
                    }
                }
                None => diff.created.push(to.clone()),
            }
        }
        let gone = old
            .tables
            .iter()
            .filter(|table| !kept.contains(table.name.as_str()));
        diff.dropped = gone.cloned().collect();
        diff.created = parents_first(diff.created);
        diff.dropped = parents_first(diff.dropped);
        diff.dropped.reverse();
        diff
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.dropped.is_empty()
    }
}

impl TableChange {
    fn of(from: &Table, to: &Table, renames: &Renames) -> Self {
        let former = |column: &Column| {
            let key = (to.name.clone(), column.name.clone());
            renames.columns.get(&key).unwrap_or(&column.name).clone()
        };
        let mut columns: Vec<_> = to
            .columns
            .iter()
            .map(|column| match from.column(&former(column)) {
                Some(old) => ColumnChange::Kept(Box::new(old.clone()), Box::new(column.clone())),
                None => ColumnChange::Added(column.clone()),
            })
            .collect();
        let kept: BTreeSet<_> = to.columns.iter().map(former).collect();
        let gone = from
            .columns
            .iter()
            .filter(|column| !kept.contains(&column.name));
        columns.extend(gone.cloned().map(ColumnChange::Dropped));
        let mut change = Self {
            from: from.clone(),
            to: to.clone(),
            columns,
            created: Vec::new(),
            dropped: Vec::new(),
            renamed: Vec::new(),
        };
        change.compare_indexes();
        change
    }

    fn compare_indexes(&mut self) {
        let mut left: Vec<Index> = self.from.indexes.clone();
        for index in &self.to.indexes {
            let same = left.iter().position(|old| old.is_like(index));
            match same.map(|at| left.remove(at)) {
                Some(old) if old.name == index.name => {}
                Some(old) => self.renamed.push((old, index.clone())),
                None => self.created.push(index.clone()),
            }
        }
        self.dropped = left;
    }

    fn is_empty(&self) -> bool {
        self.from.name == self.to.name
            && self.created.is_empty()
            && self.dropped.is_empty()
            && self.renamed.is_empty()
            && self.columns.iter().all(|change| match change {
                ColumnChange::Kept(from, to) => from == to,
                _ => false,
            })
    }

    pub(crate) fn is_renamed(&self) -> bool {
        self.from.name != self.to.name
    }

    /// The columns that are there before and after.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&Column, &Column)> {
        self.columns.iter().filter_map(|change| match change {
            ColumnChange::Kept(from, to) => Some((&**from, &**to)),
            _ => None,
        })
    }

    pub(crate) fn added(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter_map(|change| match change {
            ColumnChange::Added(column) => Some(column),
            _ => None,
        })
    }

    pub(crate) fn gone(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter_map(|change| match change {
            ColumnChange::Dropped(column) => Some(column),
            _ => None,
        })
    }
}

/// Those renames that are still to be done: a key may stay in the source for as long as one likes.
fn effective(old: &Schema, new: &Schema, renames: &Renames) -> Result<Renames, Vec<String>> {
    let mut found = Renames::default();
    let mut faults = Vec::new();
    for (to, from) in &renames.tables {
        if old.table(from).is_none() {
            continue;
        }
        if new.table(from).is_some() {
            faults.push(format!(
                "table `{to}`: renamed from `{from}`, which another resource has"
            ));
        } else if old.table(to).is_some() {
            faults.push(format!(
                "table `{to}`: renamed from `{from}`, but both are there"
            ));
        } else {
            found.tables.insert(to.clone(), from.clone());
        }
    }
    for ((table, to), from) in &renames.columns {
        let former = found.tables.get(table).unwrap_or(table);
        let Some(before) = old.table(former) else {
            continue;
        };
        if before.column(from).is_none() {
            continue;
        }
        if before.column(to).is_some() {
            faults.push(format!(
                "column `{table}.{to}`: renamed from `{from}`, but both are there"
            ));
        } else {
            found
                .columns
                .insert((table.clone(), to.clone()), from.clone());
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

/// The table of before, with what it refers to and what its indexes name as it is called now.
fn renamed(from: &Table, to: &Table, renames: &Renames) -> Table {
    let mut table = from.clone();
    for column in &mut table.columns {
        if let Some(reference) = &mut column.references {
            let now = renames
                .tables
                .iter()
                .find(|(_, from)| **from == reference.table);
            let target = now.map_or_else(|| reference.table.clone(), |(to, _)| to.clone());
            reference.column = current(&target, &reference.column, renames);
            reference.table = target;
        }
    }
    for index in &mut table.indexes {
        for key in &mut index.columns {
            *key = match key.strip_prefix('-') {
                Some(column) => format!("-{}", current(&to.name, column, renames)),
                None => current(&to.name, key, renames),
            };
        }
        if let Some(column) = &mut index.where_null {
            *column = current(&to.name, column, renames);
        }
    }
    table
}

/// What a column of before is called now.
fn current(table: &str, column: &str, renames: &Renames) -> String {
    let mut columns = renames.columns.iter();
    let now = columns.find(|((of, _), from)| of == table && *from == column);
    now.map_or_else(|| column.to_owned(), |((_, to), _)| to.clone())
}

/// Tables behind those that they refer to, as far as that goes.
fn parents_first(mut tables: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let names: BTreeSet<_> = tables.iter().map(|table| table.name.clone()).collect();
        let is_free = |table: &Table| {
            let mut references = table
                .columns
                .iter()
                .filter_map(|column| column.references.as_ref());
            references
                .all(|reference| reference.table == table.name || !names.contains(&reference.table))
        };
        let (free, bound): (Vec<_>, Vec<_>) = tables.into_iter().partition(is_free);
        tables = bound;
        if free.is_empty() {
            // A circle: any of them.
            ordered.push(tables.remove(0));
        }
        ordered.extend(free);
    }
    ordered
}
