//! The engine: from metadata to statements.
//!
//! Everything here is compiled once, whatever the number of resources. The text of a statement depends on the shape
//! of the request alone (which filters, which fields), never on its values, so each shape is prepared once for each
//! connection and found again by its text. Parameters are `$1, $2, …` in the order of their first use, which both
//! databases read alike.

mod conditional;
mod cursor;
mod include;
mod include_query;
mod json;
mod list;
mod plan;
mod read;
mod tag;
mod violation;
mod write;
mod writer;

pub(super) use conditional::{delete_if, update_if};
pub(super) use cursor::{CursorKey, context as cursor_context};
pub(super) use include::{Embed, LinkWriter, Linked, embed};
pub(super) use json::{Item, ItemWriter, RowWriter};
pub(super) use list::{ListRequest, count, list, order};
pub(crate) use plan::Plan;
pub(super) use read::{exists, get};
pub(super) use tag::{Tag, TagKey};
pub(super) use write::{Written, delete, insert, update};
pub(super) use writer::{Filter, Test, fold};

use std::sync::Arc;

use uuid::Uuid;

use crate::db::Row;

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
