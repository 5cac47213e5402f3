//! Bodies: from JSON to a typed payload with all its faults, and from a payload to the values to write.

mod body;

#[cfg(feature = "test-util")]
use serde_json::value::RawValue as RawJson;

use crate::auth::RoleRef;
use crate::db::Value;
use crate::error::Fault;
use crate::{Error, Result};

use super::check::Checker;
use super::column::ColumnType;
use super::meta::Meta;
pub use body::Body;
pub(super) use body::StoredJson;

/// What a body is for.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// POST: every field that has no default is needed.
    Create,
    /// PATCH: an absent field stays as it is.
    Update,
    /// PUT: an absent field takes its default, or NULL; where there is neither it is needed.
    Replace,
}

/// A change to one field.
///
/// For a nullable column `T` is an `Option`, so `Set(None)` clears it, and no other column can be cleared.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Article { pub id: Uuid, pub title: String, pub subtitle: Option<String> }
/// let changes = ArticleChanges {
///     title: Patch::Set("Hello".to_owned()),
///     subtitle: Patch::Set(None),
/// };
/// assert_eq!(ArticleChanges::default().title, Patch::Keep);
/// assert_eq!(changes.title, "Hello".to_owned().into());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Stays as it is.
    #[default]
    Keep,
    /// Takes this value.
    Set(T),
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

/// A body's type; made with `#[resource]`.
#[doc(hidden)]
pub trait Payload: Sized + Send + 'static {
    /// Reads the fields; `None` where the body has faults, which it then holds.
    fn read(body: &mut Body<'_>) -> Option<Self>;

    /// Holds the fields to the rules of `#[garde(…)]`.
    fn check(&self, checker: &mut Checker<'_>);

    /// The values to write.
    fn into_values(self, values: &mut Values);
}

/// The values of a write, by index of their columns.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Values(Vec<(usize, Value)>);

impl Values {
    /// Adds a value.
    pub fn push<T: ColumnType>(&mut self, column: usize, value: T) {
        self.0.push((column, value.into_value()));
    }

    /// Adds a value if the patch sets one.
    pub fn patch<T: ColumnType>(&mut self, column: usize, patch: Patch<T>) {
        if let Patch::Set(value) = patch {
            self.push(column, value);
        }
    }

    pub(super) fn set(&mut self, column: usize, value: Value) {
        self.0.push((column, value));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(usize, Value)> {
        self.0.iter()
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|(column, _)| *column)
    }

    /// In the order of the columns, so that one set of fields is one text of SQL.
    pub(super) fn sorted(mut self) -> Self {
        self.0.sort_unstable_by_key(|(column, _)| *column);
        self
    }
}

/// 403, for fields that take another role. One that the caller may not know of is not named.
fn forbidden(meta: &Meta, caller: Option<RoleRef>, fields: &[(usize, RoleRef)]) -> Error {
    let known = |(column, _): &&(usize, RoleRef)| meta.columns[*column].is_readable_by(caller);
    let fault = |(column, role): &(usize, RoleRef)| {
        let message = format!("this takes the role {}", role.name());
        Fault::new(meta.columns[*column].name, "forbidden", message)
    };
    Error::forbidden("some of these fields take another role")
        .with_faults(fields.iter().filter(known).map(fault).collect())
}

/// Reads a payload from the bytes of a body, and says whether it has patches of stored JSON in it.
///
/// Those are left out, until `stored` has what they are to be merged into.
///
/// # Errors
///
/// 400 `malformed_json`; 403 for fields of another role; 422 `validation_failed` with every fault.
pub(super) fn read_payload<P: Payload>(
    meta: &'static Meta,
    intent: Intent,
    role: Option<RoleRef>,
    bytes: &[u8],
    stored: Option<&StoredJson<'_>>,
) -> Result<(P, bool)> {
    let mut body = Body::parse(meta, intent, role, bytes)?;
    let merged = match stored {
        Some(stored) => body.merge(stored)?,
        None => Vec::new(),
    };
    body.merged = &merged;
    let payload = P::read(&mut body);
    if !body.forbidden.is_empty() {
        return Err(forbidden(meta, role, &body.forbidden));
    }
    match payload {
        Some(payload) if body.faults.is_empty() => Ok((payload, !body.patched.is_empty())),
        _ => Err(Error::validation(body.faults)),
    }
}

/// Reads a payload from values that a test made, each in the slot of its column. Nobody sent them, so no role is asked.
///
/// # Errors
///
/// 422 `validation_failed` with every fault.
#[cfg(feature = "test-util")]
pub(super) fn made_payload<P: Payload>(
    meta: &'static Meta,
    slots: Vec<Option<&RawJson>>,
) -> Result<P> {
    let mut body = Body {
        meta,
        intent: Intent::Create,
        role: None,
        slots,
        faults: Vec::new(),
        forbidden: Vec::new(),
        patched: Vec::new(),
        merged: &[],
    };
    let payload = P::read(&mut body);
    match payload {
        Some(payload) if body.faults.is_empty() => Ok(payload),
        _ => Err(Error::validation(body.faults)),
    }
}

/// Holds a payload that the server made to its rules.
///
/// # Errors
///
/// 422 `validation_failed` with every fault.
pub(super) fn check_payload(meta: &'static Meta, payload: &impl Payload) -> Result<()> {
    let mut faults = Vec::new();
    payload.check(&mut Checker::new(meta, &mut faults));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(faults))
    }
}
