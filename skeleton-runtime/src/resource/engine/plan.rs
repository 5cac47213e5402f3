//! What of a resource's SQL never changes, written once.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::Shape;
use crate::resource::meta::{Kept, Meta};

/// The fixed texts of a resource's statements, made at the first use.
#[derive(Debug)]
pub(crate) struct Plan {
    meta: &'static Meta,
    /// The indexes of the columns that an answer shows.
    pub(crate) visible: Arc<[usize]>,
    /// The name of each column as an answer has it: `"title":`.
    pub(super) names: Vec<String>,
    /// The indexes of all columns.
    every: Vec<usize>,
    /// The column of the owner.
    pub(crate) owner: Option<usize>,
    all: Texts,
    shown: Texts,
    pub(super) delete: [String; 2],
    pub(super) exists: [String; 2],
    /// What a statement by id asks of a row beside its id: that it was not deleted.
    living: String,
}

#[derive(Debug)]
struct Texts {
    /// `"id", "title"`
    columns: String,
    /// By id, for every row and for one's own.
    get: [String; 2],
}

impl Plan {
    /// The plan of a resource.
    pub(crate) fn of(meta: &'static Meta) -> &'static Self {
        meta.plan.get_or_init(|| Self::new(meta))
    }

    fn new(meta: &'static Meta) -> Self {
        let visible: Vec<_> = (0..meta.columns.len())
            .filter(|index| meta.columns[*index].is_visible())
            .collect();
        let owner = meta.kept(Kept::Owner);
        let living = meta.deleted_at().map_or_else(String::new, |deleted_at| {
            format!(" AND {} IS NULL", quoted(meta.columns[deleted_at].column))
        });
        let scoped = |statement: &str| scoped(meta, owner, &living, statement);
        let texts = |columns: String| Texts {
            get: scoped(&format!("SELECT {columns} FROM {}", quoted(meta.table))),
            columns,
        };
        Self {
            all: texts(column_list(meta, 0..meta.columns.len())),
            shown: texts(column_list(meta, visible.iter().copied())),
            delete: scoped(&format!("DELETE FROM {}", quoted(meta.table))),
            exists: scoped(&format!("SELECT 1 FROM {}", quoted(meta.table))),
            names: meta
                .columns
                .iter()
                .map(|column| format!("{}:", serde_json::Value::from(column.name)))
                .collect(),
            every: (0..meta.columns.len()).collect(),
            visible: visible.into(),
            owner,
            living,
            meta,
        }
    }

    /// The columns that a statement returns, with commas between them.
    pub(super) fn columns(&self, shape: &Shape) -> Cow<'_, str> {
        match shape {
            Shape::All => Cow::Borrowed(&self.all.columns),
            Shape::Only(columns) if **columns == *self.visible => {
                Cow::Borrowed(&self.shown.columns)
            }
            Shape::Only(columns) => Cow::Owned(column_list(self.meta, columns.iter().copied())),
        }
    }

    /// A SELECT by id; `$2` is the owner where the scope has one.
    pub(super) fn get(&'static self, shape: &Shape, is_owned: bool) -> Cow<'static, str> {
        match shape {
            Shape::All => Cow::Borrowed(&self.all.get[usize::from(is_owned)]),
            Shape::Only(_) => {
                let select = format!(
                    "SELECT {} FROM {}",
                    self.columns(shape),
                    quoted(self.meta.table)
                );
                let [every, owned] = scoped(self.meta, self.owner, &self.living, &select);
                Cow::Owned(if is_owned { owned } else { every })
            }
        }
    }

    /// The columns that a statement returns, by index.
    pub(super) fn indexes<'a>(&'a self, shape: &'a Shape) -> &'a [usize] {
        match shape {
            Shape::All => &self.every,
            Shape::Only(columns) => columns,
        }
    }

    /// Where a column stands among those that a statement returns.
    pub(super) fn position(&self, shape: &Shape, column: usize) -> Option<usize> {
        self.indexes(shape)
            .iter()
            .position(|index| *index == column)
    }
}

/// The statement by id, and the same for one's own rows only.
fn scoped(meta: &Meta, owner: Option<usize>, living: &str, statement: &str) -> [String; 2] {
    let id = quoted(meta.id_column().column);
    let by_id = format!("{statement} WHERE {id} = $1{living}");
    let owned = match owner {
        Some(owner) => format!("{by_id} AND {} = $2", quoted(meta.columns[owner].column)),
        // Without an owner field nobody owns a row.
        None => format!("{by_id} AND 1 = 0"),
    };
    [by_id, owned]
}

/// `"id", "title"`
fn column_list(meta: &Meta, columns: impl Iterator<Item = usize>) -> String {
    let mut list = String::new();
    for column in columns {
        let comma = if list.is_empty() { "" } else { ", " };
        let _ = write!(list, "{comma}{}", quoted(meta.columns[column].column));
    }
    list
}

/// An identifier as SQL: names come from the program's own text, but quotes are doubled all the same.
pub(super) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
