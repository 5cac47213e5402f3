//! A body while it is read: field by field, with all its faults.

use std::borrow::Cow;

use serde_json::Value as JsonValue;
use serde_json::value::RawValue as RawJson;

use crate::auth::RoleRef;
use crate::db::Kind;
use crate::error::{Fault, MOST_FAULTS};
use crate::resource::check::{Given, check_column, check_custom};
use crate::resource::column::ColumnType;
use crate::resource::merge_patch::merge;
use crate::resource::meta::{Column, Meta};
use crate::{Error, Result, json};

use super::{Intent, Patch};

/// The body of a request while it is read.
///
/// The JSON was gone through once: each field waits, unparsed, in the slot of its column.
#[doc(hidden)]
#[derive(Debug)]
pub struct Body<'a> {
    pub(super) meta: &'static Meta,
    pub(super) intent: Intent,
    /// The caller's.
    pub(super) role: Option<RoleRef>,
    pub(super) slots: Vec<Option<&'a RawJson>>,
    pub(super) faults: Vec<Fault>,
    /// The fields that take another role, with that role.
    pub(super) forbidden: Vec<(usize, RoleRef)>,
    /// The JSON columns for which there is a patch of what is stored.
    pub(super) patched: Vec<usize>,
    /// What such patches make of what is stored, once that is known.
    pub(super) merged: &'a [(usize, Box<RawJson>)],
}

/// What patches of JSON are merged into.
#[derive(Debug, Clone, Copy)]
pub(in crate::resource) struct StoredJson<'a> {
    /// What stands in the JSON columns of a row, by index.
    pub(in crate::resource) columns: &'a [(usize, JsonValue)],
    /// The longest that a value may become, in bytes: no whole value that is sent can be longer.
    pub(in crate::resource) most: usize,
}

impl<'a> Body<'a> {
    /// Sorts the fields of a JSON object into the slots of their columns; unknown and read-only ones are faults.
    ///
    /// # Errors
    ///
    /// 400 `malformed_json`; 422 when the JSON is not an object.
    pub(in crate::resource) fn parse(
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
    pub(in crate::resource) fn given(&self) -> impl Iterator<Item = (usize, &'a RawJson)> + '_ {
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
    pub(super) fn merge(&mut self, stored: &StoredJson<'_>) -> Result<Vec<(usize, Box<RawJson>)>> {
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
