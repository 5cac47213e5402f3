//! What `#[resource]` says of a struct: which columns, which rules. What follows from it stands in the engine.

mod check;
mod column;

use std::sync::OnceLock;

use crate::auth::{Rule, Term};

use super::engine::Plan;
use super::operation::Operation;
use super::relation::Relation;

pub use check::{Check, LengthUnit};
pub use column::{Column, Kept, OnDelete, Reference};

/// Where a sort begins.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::Direction;
///
/// #[resource(sort = "-title")]
/// pub struct Note {
///     pub id: Uuid,
///     #[field(sort)]
///     pub title: String,
/// }
///
/// assert_eq!(Note::meta().sort[0], (1, Direction::Descending));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "said by the names")]
pub enum Direction {
    Ascending,
    Descending,
}

/// All that is known of a resource.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// use skeleton_runtime::resource::Meta;
///
/// let meta: &'static Meta = Note::meta();
/// assert_eq!((meta.path, meta.table), ("/notes", "notes"));
/// ```
#[derive(Debug)]
pub struct Meta {
    /// The struct's name.
    pub name: &'static str,
    /// The table.
    pub table: &'static str,
    /// The table's name before.
    pub renamed_from: Option<&'static str>,
    /// The path, with its leading slash.
    pub path: &'static str,
    /// The struct's doc comment.
    pub doc: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [Column],
    /// The index of the primary key in `columns`.
    pub id: usize,
    /// The operations that have a route.
    pub operations: &'static [Operation],
    /// The rules, by [`Operation`]; `None` takes the default of the application's roles.
    pub rules: [Option<Rule>; 8],
    /// The default order, by index of the column; the id breaks ties in any case.
    pub sort: &'static [(usize, Direction)],
    /// The page's size where the client names none.
    pub page_default: u32,
    /// The largest page.
    pub page_max: u32,
    /// Whether a deleted row stays, marked by the time in its column [`Kept::DeletedAt`].
    pub soft_delete: bool,
    /// `has_many`; what a foreign key belongs to stands in its column.
    pub relations: &'static [Relation],
    /// How many relations deep a path of `include` may go.
    pub include_depth: u8,
    /// What of its SQL never changes, once it was made.
    pub(crate) plan: OnceLock<Plan>,
}

impl Meta {
    /// A resource with the defaults of the contract: all operations, default rules, 20 rows a page and 100 at most.
    pub const fn new(
        name: &'static str,
        table: &'static str,
        path: &'static str,
        columns: &'static [Column],
        id: usize,
    ) -> Self {
        Self {
            name,
            table,
            renamed_from: None,
            path,
            doc: "",
            columns,
            id,
            operations: &Operation::ALL,
            rules: [None; 8],
            soft_delete: false,
            sort: &[],
            page_default: 20,
            page_max: 100,
            relations: &[],
            include_depth: 1,
            plan: OnceLock::new(),
        }
    }

    /// The doc comment.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// The table's name before.
    #[must_use]
    pub const fn renamed_from(mut self, table: &'static str) -> Self {
        self.renamed_from = Some(table);
        self
    }

    /// Only these operations.
    #[must_use]
    pub const fn operations(mut self, operations: &'static [Operation]) -> Self {
        self.operations = operations;
        self
    }

    /// Who may do `operation`.
    #[must_use]
    pub const fn rule(mut self, operation: Operation, terms: &'static [Term]) -> Self {
        self.rules[operation as usize] = Some(Rule(terms));
        self
    }

    /// The default order.
    #[must_use]
    pub const fn sort(mut self, sort: &'static [(usize, Direction)]) -> Self {
        self.sort = sort;
        self
    }

    /// The sizes of a page.
    #[must_use]
    pub const fn page(mut self, default: u32, max: u32) -> Self {
        self.page_default = default;
        self.page_max = max;
        self
    }

    /// A deleted row stays, marked.
    #[must_use]
    pub const fn soft_delete(mut self) -> Self {
        self.soft_delete = true;
        self
    }

    /// The operations that have a route: those that it declares, and the one that undoes a soft delete.
    pub fn routed(&self) -> impl Iterator<Item = Operation> + use<> {
        let restore = self.soft_delete.then_some(Operation::Restore);
        self.operations.iter().copied().chain(restore)
    }

    /// The path of an operation, as a router takes it.
    pub fn path_of(&self, operation: Operation) -> String {
        let (path, id) = (self.path, self.id_column().name);
        match operation {
            Operation::List | Operation::Create => path.to_owned(),
            Operation::Bulk => format!("{path}/bulk"),
            Operation::Restore => format!("{path}/{{{id}}}/restore"),
            _ => format!("{path}/{{{id}}}"),
        }
    }

    /// What it has many of.
    #[must_use]
    pub const fn relations(mut self, relations: &'static [Relation]) -> Self {
        self.relations = relations;
        self
    }

    /// How many relations deep a path of `include` may go.
    #[must_use]
    pub const fn include_depth(mut self, depth: u8) -> Self {
        self.include_depth = depth;
        self
    }

    /// The primary key.
    pub const fn id_column(&self) -> &Column {
        &self.columns[self.id]
    }

    /// The column that the runtime keeps as `kept`, with its index.
    pub fn kept(&self, kept: Kept) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.kept == Some(kept))
    }

    /// The column that says when a row was deleted, by index, where deleted rows stay.
    pub(crate) fn deleted_at(&self) -> Option<usize> {
        self.kept(Kept::DeletedAt).filter(|_| self.soft_delete)
    }

    /// The index of the column of this name on the wire.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The rule of `operation`, where the struct has one.
    pub const fn own_rule(&self, operation: Operation) -> Option<Rule> {
        match operation {
            Operation::Bulk => self.rules[Operation::Create as usize],
            _ => self.rules[operation as usize],
        }
    }
}
