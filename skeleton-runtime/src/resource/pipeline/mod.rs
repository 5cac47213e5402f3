//! The way of a write: hooks, transaction, statement. The same for endpoints, bulk and repositories, and compiled once
//! but for what is made of a row.

mod create;
mod delete;
mod update;

use std::any::Any;

pub(super) use create::{create, create_many};
pub(super) use delete::{delete, restore};
pub(super) use update::{Condition, update};

use crate::Result;
use crate::auth::RoleRef;

use super::Resource;
use super::context::Context;
use super::hooks::{AnyHooks, Change, Erased, Pending};
use super::meta::Meta;
use super::payload::{Payload, Values};

/// The resource that is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) meta: &'static Meta,
    pub(super) hooks: Option<&'static dyn AnyHooks>,
}

impl Target {
    pub(super) fn of<T: Resource>() -> Self {
        Self {
            meta: T::meta(),
            hooks: T::hooks(),
        }
    }
}

/// What is to be written, before hooks had a look at it.
pub(super) struct Draft {
    pub(super) content: Content,
    /// A part of the body is a patch of stored JSON, and is left out until that is known.
    pub(super) is_patch: bool,
}

pub(super) enum Content {
    /// Nobody looks at it.
    Values(Values),
    /// A payload that the resource's hooks know.
    Payload(Box<dyn Any + Send>),
}

impl Draft {
    pub(super) fn of<P: Payload>(payload: P, target: Target) -> Self {
        let content = if target.hooks.is_some() {
            Content::Payload(Box::new(payload))
        } else {
            let mut values = Values::default();
            payload.into_values(&mut values);
            Content::Values(values)
        };
        Self {
            content,
            is_patch: false,
        }
    }
}

/// An error of a write, without the fields that the caller may neither read nor write.
fn tell_known<T>(role: Option<RoleRef>, meta: &Meta, written: Result<T>) -> Result<T> {
    let is_hidden = |field: &str| {
        // Of a bulk create: `items.7.title`.
        let item = field
            .strip_prefix("items.")
            .and_then(|place| place.split_once('.'));
        let name = item.map_or(field, |(_, name)| name);
        meta.find(name).is_some_and(|index| {
            let column = &meta.columns[index];
            let is_sent = column.is_writable_once() && column.is_writable_by(role);
            !is_sent && !column.is_readable_by(role)
        })
    };
    written.map_err(|error| error.without_faults_of(is_hidden))
}

/// Calls the hook after a write, and sees to the one after the commit.
async fn after(
    cx: &mut Context<'_>,
    hooks: &'static dyn AnyHooks,
    change: Change<Erased>,
) -> Result<()> {
    hooks.after(cx, &change).await?;
    cx.after_commit(Pending { hooks, change });
    Ok(())
}
