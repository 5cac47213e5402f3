//! Bodies: from JSON to a typed payload with all its faults, and from a payload to the values to write.

use std::borrow::Cow;

use serde_json::Value as JsonValue;
use serde_json::value::RawValue as RawJson;

use crate::auth::RoleRef;
use crate::db::{Kind, Value};
use crate::error::{Fault, MOST_FAULTS};
use crate::{Error, Result, json};

use super::check::{Checker, Given, check_column, check_custom};
use super::column::ColumnType;
use super::merge_patch::merge;
use super::meta::{Column, Meta};

/// What a body is for.
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
pub trait Payload: Sized + Send + 'static {
    /// Reads the fields; `None` where the body has faults, which it then holds.
    fn read(body: &mut Body<'_>) -> Option<Self>;

    /// Holds the fields to the rules of `#[garde(…)]`.
    fn check(&self, checker: &mut Checker<'_>);

    /// The values to write.
    fn into_values(self, values: &mut Values);
}

/// The values of a write, by index of their columns.
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

/// The body of a request while it is read.
///
/// The JSON was gone through once: each field waits, unparsed, in the slot of its column.
#[derive(Debug)]
pub struct Body<'a> {
    meta: &'static Meta,
    intent: Intent,
    /// The caller's.
    role: Option<RoleRef>,
    slots: Vec<Option<&'a RawJson>>,
    faults: Vec<Fault>,
    /// The fields that take another role, with that role.
    forbidden: Vec<(usize, RoleRef)>,
    /// The JSON columns for which there is a patch of what is stored.
    patched: Vec<usize>,
    /// What such patches make of what is stored, once that is known.
    merged: &'a [(usize, Box<RawJson>)],
}

/// What patches of JSON are merged into.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredJson<'a> {
    /// What stands in the JSON columns of a row, by index.
    pub(super) columns: &'a [(usize, JsonValue)],
    /// The longest that a value may become, in bytes: no whole value that is sent can be longer.
    pub(super) most: usize,
}

impl<'a> Body<'a> {
    /// Sorts the fields of a JSON object into the slots of their columns; unknown and read-only ones are faults.
    ///
    /// # Errors
    ///
    /// 400 `malformed_json`; 422 when the JSON is not an object.
    pub(super) fn parse(
        meta: &'static Meta,
        intent: Intent,
        role: Option<RoleRef>,
        bytes: &'a [u8],
    ) -> Result<Self> {
        let mut body = Self {
            meta,
            intent,
            role,
            forbidden: Vec::new(),
            patched: Vec::new(),
            merged: &[],
            slots: vec![None; meta.columns.len()],
            faults: Vec::new(),
        };
        for (name, value) in json::read_object(bytes)? {
            body.sort_in(&name, value);
        }
        Ok(body)
    }

    /// The fields that are there and may be, unparsed, by index of their columns.
    pub(super) fn given(&self) -> impl Iterator<Item = (usize, &'a RawJson)> + '_ {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(column, slot)| Some((column, (*slot)?)))
    }

    fn sort_in(&mut self, name: &str, value: &'a RawJson) {
        let unknown = |body: &Self| {
            // A fault that is not told needs no words.
            let message = match body.faults.len() {
                MOST_FAULTS.. => String::new(),
                _ => body.fields_known(),
            };
            Fault::new(name.to_owned(), "unknown", message)
        };
        let Some(index) = self.meta.find(name) else {
            self.faults.push(unknown(self));
            return;
        };
        let column = &self.meta.columns[index];
        let is_readable = column.is_readable_by(self.role);
        match column.write_role {
            _ if !self.accepts(column) && is_readable => {
                self.fault(index, "read_only", "can't be written");
            }
            _ if !self.accepts(column) => self.faults.push(unknown(self)),
            Some(needed) if !column.is_writable_by(self.role) && is_readable => {
                self.forbidden.push((index, needed));
            }
            // What one may neither read nor write is not there.
            Some(_) if !column.is_writable_by(self.role) => self.faults.push(unknown(self)),
            _ => self.slots[index] = Some(value),
        }
    }

    fn accepts(&self, column: &Column) -> bool {
        match self.intent {
            Intent::Create => column.is_writable_once(),
            Intent::Update | Intent::Replace => column.is_writable(),
        }
    }

    /// Whether the caller's role may write it: a replacement leaves what it may not.
    fn is_writable(&self, column: usize) -> bool {
        self.meta.columns[column].is_writable_by(self.role)
    }

    fn fields_known(&self) -> String {
        let known: Vec<_> = self
            .meta
            .columns
            .iter()
            .filter(|column| self.accepts(column) && column.is_writable_by(self.role))
            .map(|c| c.name)
            .collect();
        format!("unknown field; there are: {}", known.join(", "))
    }

    fn fault(&mut self, column: usize, code: &'static str, message: impl Into<Cow<'static, str>>) {
        self.faults
            .push(Fault::new(self.meta.columns[column].name, code, message));
    }

    /// Merges the objects for JSON columns into what is stored there.
    fn merge(&mut self, stored: &StoredJson<'_>) -> Result<Vec<(usize, Box<RawJson>)>> {
        let mut merged = Vec::new();
        for (column, before) in stored.columns {
            if let Some(patch) = self.slots[*column] {
                let patch = serde_json::from_str(patch.get()).map_err(Error::internal)?;
                let whole = merge(before.clone(), patch);
                let whole = serde_json::value::to_raw_value(&whole).map_err(Error::internal)?;
                // What is longer already may still become shorter.
                let length = whole.get().len();
                if length > stored.most && length > before.to_string().len() {
                    let message = format!("must be of {} bytes at most, merged", stored.most);
                    self.fault(*column, "length", message);
                }
                merged.push((*column, whole));
            }
        }
        Ok(merged)
    }

    /// Parses the slot of a column and holds the value to its rules; `None` is a fault.
    fn value<T: ColumnType>(&mut self, column: usize, json: &RawJson) -> Option<T> {
        match T::from_json(json) {
            Ok(value) => {
                check_column(self.meta, column, value.checked(), &mut self.faults);
                Some(value)
            }
            Err(mismatch) => {
                self.fault(column, mismatch.code, mismatch.message);
                None
            }
        }
    }

    /// A field that the body needs to have.
    pub fn required<T: ColumnType>(&mut self, column: usize) -> Option<T> {
        if let Some(json) = self.slots[column] {
            return self.value(column, json);
        }
        match self.meta.columns[column].write_role {
            Some(needed) if !self.is_writable(column) => self.forbidden.push((column, needed)),
            _ => self.fault(column, "required", "is required"),
        }
        None
    }

    /// A field that the body may leave to its default.
    pub fn or_else<T: ColumnType>(
        &mut self,
        column: usize,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        match self.slots[column] {
            Some(json) => self.value(column, json),
            None => Some(default()),
        }
    }

    /// A field that no body has: the server sets it.
    pub fn server_side<T>(&mut self, _column: usize, default: impl FnOnce() -> T) -> Option<T> {
        Some(default())
    }

    /// A change to a field without a default.
    pub fn patch<T: ColumnType>(&mut self, column: usize) -> Option<Patch<T>> {
        match (self.slots[column], self.intent) {
            (None, Intent::Update) => Some(Patch::Keep),
            (Some(json), Intent::Update) if is_patch::<T>(json) => self.patched(column, json),
            (None, _) if !self.is_writable(column) => Some(Patch::Keep),
            (None, _) if self.meta.columns[column].nullable => {
                self.value(column, RawJson::NULL).map(Patch::Set)
            }
            _ => self.required(column).map(Patch::Set),
        }
    }

    /// The whole value that a patch makes of what is stored; kept as it is until that is known.
    fn patched<T: ColumnType>(&mut self, column: usize, patch: &RawJson) -> Option<Patch<T>> {
        let merged = self.merged;
        if let Some((_, json)) = merged.iter().find(|(index, _)| *index == column) {
            // The words of the mismatch may be of what is stored.
            let is_readable = self.meta.columns[column].is_readable_by(self.role);
            if !is_readable && T::from_json(json).is_err() {
                self.fault(column, "type", "does not fit what is stored");
                return None;
            }
            return self.value(column, json).map(Patch::Set);
        }
        // JSON it must be in any case, of numbers and texts that can be stored.
        if let Err(mismatch) = JsonValue::from_json(patch) {
            self.fault(column, mismatch.code, mismatch.message);
            return None;
        }
        self.patched.push(column);
        Some(Patch::Keep)
    }

    /// Whether the value of a field was read without a fault; then it is held to a rule of the user's.
    pub fn custom<T, V, F>(&mut self, column: usize, value: &Option<V>, rule: F)
    where
        V: Given<T>,
        F: Fn(&T, &()) -> garde::Result,
    {
        if let Some(value) = value {
            check_custom(self.meta, column, value, rule, &mut self.faults);
        }
    }

    /// The other rules were asked when the value was read.
    pub fn field<V>(&mut self, _column: usize, _value: &Option<V>) {}

    /// A change to a field with a default, which a replacement falls back to.
    pub fn patch_or_else<T: ColumnType>(
        &mut self,
        column: usize,
        default: impl FnOnce() -> T,
    ) -> Option<Patch<T>> {
        match (self.slots[column], self.intent) {
            (None, Intent::Update) => Some(Patch::Keep),
            (Some(json), Intent::Update) if is_patch::<T>(json) => self.patched(column, json),
            (None, _) if !self.is_writable(column) => Some(Patch::Keep),
            _ => self.or_else(column, default).map(Patch::Set),
        }
    }
}

/// An object for a JSON column changes what is stored (RFC 7396), so that it need not be a whole value of its type.
fn is_patch<T: ColumnType>(json: &RawJson) -> bool {
    T::KIND == Kind::Json && json.get().starts_with('{')
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
