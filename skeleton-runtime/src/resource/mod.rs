//! Resources: from an annotated struct to guarded endpoints.
//!
//! `#[resource]` says which columns and rules there are ([`Meta`]); the engine makes statements of it, the
//! handlers make answers, and [`Repository`] gives the same engine to code written by hand.

mod access;
mod answer;
pub mod bounds;
mod bulk;
mod check;
mod column;
mod column_types;
mod context;
mod db_enum;
mod engine;
#[cfg(test)]
mod future_sizes;
mod handlers;
mod hooks;
mod idempotency;
mod include;
#[cfg(feature = "test-util")]
mod maker;
mod merge_patch;
mod meta;
pub mod mounting;
mod operation;
mod operator;
mod overrides;
mod own_queries;
#[cfg(feature = "test-util")]
pub(crate) mod parts;
mod payload;
mod persistent;
mod pipeline;
mod query;
mod references;
mod relation;
mod repository;
mod router;
#[cfg(test)]
mod tests;
mod writes;

use serde::Serialize;

pub use access::{Access, Services};
pub(crate) use bulk::MOST_ITEMS;
pub use check::{Checkable, Checked, Checker, Given};
pub use column::{ColumnType, DbEnum, Mismatch, column};
pub use column_types::Jsonb;
pub use context::Context;
pub use hooks::{AnyHooks, Change, Erased, Hooked, Hooks};
pub(crate) use idempotency::{IDEMPOTENCY_KEY, REPLAYED};
pub(crate) use include::paths as include_paths;
#[cfg(feature = "test-util")]
pub(crate) use maker::{Maker, payload, values};
pub use meta::{Check, Column, Direction, Kept, LengthUnit, Meta, OnDelete, Reference};
pub use operation::Operation;
pub use operator::Operator;
pub use overrides::Overrides;
pub use payload::{Body, Intent, Patch, Payload, Values};
pub(crate) use query::{MOST_VALUES, MOST_WORDS, decode};
pub use relation::Relation;
pub(crate) use relation::{Include, includes, reachable, relation_faults};
pub use repository::{Repository, ScopedRepository};
pub use router::router;

use crate::db::Row;

/// A struct that is a resource; made with `#[resource]`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// #[resource(path = "/notes")]
/// pub struct Note {
///     pub id: Uuid,
///     pub text: String,
/// }
///
/// fn path<T: Resource>() -> &'static str {
///     T::meta().path
/// }
///
/// assert_eq!(path::<Note>(), "/notes");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "needs `#[resource]`",
    note = "put `#[resource]` on the struct `{Self}`"
)]
pub trait Resource: FromRow + Serialize + Send + Sync + 'static {
    /// The type of the primary key.
    type Id: ColumnType;
    /// The body of a create.
    type New: Payload;
    /// The body of an update: each field kept or set.
    type Changes: Payload;

    /// Its columns and rules.
    fn meta() -> &'static Meta;

    /// Its code around writes, if it has any.
    fn hooks() -> Option<&'static dyn AnyHooks> {
        None
    }

    /// The operations that handlers of the user's own answer.
    fn overrides() -> Overrides {
        Overrides::new()
    }
}

/// A struct that is made of a row of its table; a part of [`Resource`].
#[doc(hidden)]
pub trait FromRow: Sized {
    /// Reads a row that has all columns in the order of [`Meta::columns`].
    ///
    /// # Errors
    ///
    /// When the database holds a value that the field's type can't.
    fn from_row(row: &Row<'_>) -> diesel::deserialize::Result<Self>;
}
