//! From a row to JSON, without a struct in between.

use std::io::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde_json::to_writer;

use super::tag::{Digest, Tag, TagKey};
use super::{Decode, Shape};
use crate::db::{Kind, RawColumn, Row};
use crate::resource::meta::{Column, Meta};

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
            let column = &self.meta.columns[*column];
            out.push(separator);
            separator = b',';
            write_column(&mut out, column, row, position)?;
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
        for (index, column) in self.meta.columns.iter().enumerate() {
            if self.readable.contains(&index) {
                if json.len() > 1 {
                    json.push(b',');
                }
                let start = json.len();
                write_column(&mut json, column, row, index)?;
                digest.update(&json[start..]);
            } else {
                hidden.clear();
                write_column(&mut hidden, column, row, index)?;
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
    column: &Column,
    row: &Row<'_>,
    position: usize,
) -> diesel::deserialize::Result<()> {
    to_writer(&mut *out, column.name)?;
    out.push(b':');
    match row.raw(position)? {
        None => out.extend_from_slice(b"null"),
        Some(mut raw) => write_value(out, column.kind, &mut raw)?,
    }
    Ok(())
}

fn write_value(
    out: &mut Vec<u8>,
    kind: Kind,
    raw: &mut RawColumn<'_>,
) -> diesel::deserialize::Result<()> {
    match kind {
        Kind::Bool => to_writer(out, &raw.as_bool()?)?,
        Kind::I16 => to_writer(out, &raw.as_i16()?)?,
        Kind::I32 => to_writer(out, &raw.as_i32()?)?,
        Kind::I64 => to_writer(out, &raw.as_i64()?)?,
        Kind::F32 => to_writer(out, &raw.as_f32()?)?,
        Kind::F64 => to_writer(out, &raw.as_f64()?)?,
        Kind::Text => to_writer(out, raw.as_str()?)?,
        Kind::Bytes => to_writer(out, &BASE64.encode(raw.as_bytes()?))?,
        Kind::Uuid => write!(out, "\"{}\"", raw.as_uuid()?)?,
        Kind::Timestamp => write_timestamp(out, raw.as_timestamp()?)?,
        Kind::Date => write!(out, "\"{}\"", raw.as_date()?)?,
        Kind::Time => to_writer(out, &raw.as_time()?)?,
        // Written anew: PostgreSQL has another order, blanks, and numbers in full.
        Kind::Json => to_writer(
            out,
            &serde_json::from_str::<serde_json::Value>(raw.as_json()?)?,
        )?,
        Kind::Decimal => write!(out, "\"{}\"", raw.as_decimal()?)?,
        Kind::TextArray => to_writer(out, &raw.as_text_array()?)?,
    }
    Ok(())
}

/// As chrono's own `Serialize` writes it, so that an answer by hand looks the same.
fn write_timestamp(out: &mut Vec<u8>, time: DateTime<Utc>) -> std::io::Result<()> {
    let format = match time.nanosecond() {
        0 => SecondsFormat::Secs,
        nanoseconds if nanoseconds % 1_000_000 == 0 => SecondsFormat::Millis,
        _ => SecondsFormat::Micros,
    };
    write!(out, "\"{}\"", time.to_rfc3339_opts(format, true))
}
