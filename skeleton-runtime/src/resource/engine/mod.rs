//! The engine: from metadata to statements.
//!
//! Everything here is compiled once, whatever the number of resources. The text of a statement depends on the shape
//! of the request alone (which filters, which fields), never on its values, so each shape is prepared once for each
//! connection and found again by its text. Parameters are `$1, $2, …` in the order of their first use, which both
//! databases read alike.

mod cursor;
mod include;
mod include_query;
mod json;
mod json_values;
mod key;
mod keyset;
mod list;
mod lock;
mod plan;
mod read;
mod tag;
mod violation;
mod write;
mod writer;

pub(super) use crate::db::{lock_name, try_lock_name};
pub(super) use cursor::{CursorKey, context as cursor_context};
pub(super) use include::{Embed, LinkWriter, Linked, embed};
pub(super) use json::{Item, ItemWriter, RowWriter};
#[cfg(feature = "test-util")]
pub(super) use list::page;
#[cfg(all(test, feature = "sqlite"))]
pub(super) use list::statement;
pub(super) use list::{ListRequest, count, list, order};
pub(super) use lock::{Current, Hold, lock};
pub(crate) use plan::Plan;
pub(super) use read::{Source, exists, get, refers};
pub(super) use tag::{Tag, TagKey};
pub(super) use violation::NO_SUCH_ROW;
pub(super) use write::{Written, delete, insert, insert_many, restore, update};
pub(super) use writer::{Filter, Test, fold};

use std::sync::Arc;

use uuid::Uuid;

use crate::db::Row;

use super::hooks::{AnyHooks, Erased};

/// Which rows a statement reaches: it stands in the WHERE of the statement itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every row.
    All,
    /// The rows of this account.
    OwnedBy(Uuid),
}

/// Which columns a statement returns, and what is made of a row.
pub(super) trait Decode: Clone + Send + 'static {
    /// What a row becomes.
    type Output: Send + 'static;

    /// Which columns it reads, from the first on.
    fn shape(&self) -> Shape;

    /// Reads one row.
    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Self::Output>;
}

/// Which columns a statement returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// All, for a struct.
    All,
    /// These, by index.
    Only(Arc<[usize]>),
}

/// Decodes a row in two ways at once.
#[derive(Debug, Clone)]
pub(super) struct Both<D> {
    decode: D,
    hooks: Option<&'static dyn AnyHooks>,
}

impl<D: Decode> Both<D> {
    /// What `decode` makes of a row, and the row as its hooks know it, if there are any.
    pub(super) const fn new(decode: D, hooks: Option<&'static dyn AnyHooks>) -> Self {
        Self { decode, hooks }
    }
}

impl<D: Decode> Decode for Both<D> {
    type Output = (D::Output, Option<Erased>);

    fn shape(&self) -> Shape {
        // Those that are called with hooks read all columns.
        self.decode.shape()
    }

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Self::Output> {
        let hooked = self.hooks.map(|hooks| hooks.read(row)).transpose()?;
        Ok((self.decode.decode(row)?, hooked))
    }
}

/// Decodes into the resource's struct.
#[derive(Debug)]
pub(super) struct Typed<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Typed<T> {
    pub(super) const fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<T> Clone for Typed<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T: super::Resource> Decode for Typed<T> {
    type Output = T;

    fn shape(&self) -> Shape {
        Shape::All
    }

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<T> {
        T::from_row(row)
    }
}
