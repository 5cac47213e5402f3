//! From a row to JSON, without a struct in between.

use std::sync::Arc;

use super::json_values::write_value;
use super::tag::{Digest, Tag, TagKey};
use super::{Decode, Plan, Shape};
use crate::db::{Kind, Row};
use crate::resource::meta::Meta;

/// Writes each row as a JSON object of some of its columns.
#[derive(Debug, Clone)]
pub(crate) struct RowWriter {
    meta: &'static Meta,
    columns: Arc<[usize]>,
    /// How long the last row came out: the next is likely to be of that size.
    capacity: usize,
}

impl RowWriter {
    /// A writer of these columns, by index.
    pub(crate) fn new(meta: &'static Meta, columns: Arc<[usize]>) -> Self {
        Self {
            meta,
            columns,
            capacity: 256,
        }
    }
}

impl Decode for RowWriter {
    type Output = Vec<u8>;

    fn shape(&self) -> Shape {
        Shape::Only(self.columns.clone())
    }

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(self.capacity);
        let mut separator = b'{';
        for (position, column) in self.columns.iter().enumerate() {
            out.push(separator);
            separator = b',';
            write_column(&mut out, self.meta, *column, row, position)?;
        }
        out.push(b'}');
        self.capacity = out.len() + out.len() / 8;
        Ok(out)
    }
}

/// A single row as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The JSON of the columns that the caller may read.
    pub(crate) json: Vec<u8>,
    /// For the `Location`.
    pub(crate) id: String,
    /// Changes with every change of the row, in columns that are not shown too.
    pub(crate) tag: Tag,
}

/// Writes a single row, with its tag.
#[derive(Debug, Clone)]
pub(crate) struct ItemWriter {
    meta: &'static Meta,
    readable: Arc<[usize]>,
    key: TagKey,
}

impl ItemWriter {
    /// A writer of the columns that the caller may read.
    pub(crate) fn new(meta: &'static Meta, readable: Arc<[usize]>, key: TagKey) -> Self {
        Self {
            meta,
            readable,
            key,
        }
    }

    fn id(&self, row: &Row<'_>) -> diesel::deserialize::Result<String> {
        let mut raw = row.raw(self.meta.id)?.ok_or("a row without an id")?;
        Ok(match self.meta.id_column().kind {
            Kind::Uuid => raw.as_uuid()?.to_string(),
            _ => raw.as_i64()?.to_string(),
        })
    }
}

impl Decode for ItemWriter {
    type Output = Item;

    fn shape(&self) -> Shape {
        Shape::All
    }

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Item> {
        let mut json = Vec::with_capacity(512);
        let mut hidden = Vec::new();
        let mut digest = Digest::new(&self.key);
        json.push(b'{');
        for index in 0..self.meta.columns.len() {
            if self.readable.contains(&index) {
                if json.len() > 1 {
                    json.push(b',');
                }
                let start = json.len();
                write_column(&mut json, self.meta, index, row, index)?;
                digest.update(&json[start..]);
            } else {
                hidden.clear();
                write_column(&mut hidden, self.meta, index, row, index)?;
                digest.update(&hidden);
            }
        }
        json.push(b'}');
        Ok(Item {
            json,
            id: self.id(row)?,
            tag: digest.finish(),
        })
    }
}

/// `"title":"Hello"`
fn write_column(
    out: &mut Vec<u8>,
    meta: &'static Meta,
    column: usize,
    row: &Row<'_>,
    position: usize,
) -> diesel::deserialize::Result<()> {
    out.extend_from_slice(Plan::of(meta).names[column].as_bytes());
    match row.raw(position)? {
        None => out.extend_from_slice(b"null"),
        Some(mut raw) => write_value(out, meta.columns[column].kind, &mut raw)?,
    }
    Ok(())
}
