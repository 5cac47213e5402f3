//! From a row to JSON, without a struct in between.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde_json::to_writer;

use super::{Decode, Plan, Shape};
use crate::db::{Kind, RawColumn, Row};
use crate::resource::meta::Meta;

/// Writes each row as a JSON object of its visible columns.
#[derive(Debug, Clone)]
pub(crate) struct RowWriter {
    meta: &'static Meta,
    plan: &'static Plan,
    /// How long the last row came out: the next is likely to be of that size.
    capacity: usize,
}

impl RowWriter {
    pub(crate) fn new(meta: &'static Meta) -> Self {
        Self {
            meta,
            plan: Plan::of(meta),
            capacity: 256,
        }
    }
}

impl Decode for RowWriter {
    type Output = Vec<u8>;
    const SHAPE: Shape = Shape::Visible;

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(self.capacity);
        let mut separator = b'{';
        for (position, column) in self.plan.visible.iter().enumerate() {
            let column = &self.meta.columns[*column];
            out.push(separator);
            separator = b',';
            to_writer(&mut out, column.name)?;
            out.push(b':');
            match row.raw(position)? {
                None => out.extend_from_slice(b"null"),
                Some(mut raw) => write_value(&mut out, column.kind, &mut raw)?,
            }
        }
        out.push(b'}');
        self.capacity = out.len() + out.len() / 8;
        Ok(out)
    }
}

/// Writes the row, and tells its id for the `Location`.
#[derive(Debug, Clone)]
pub(crate) struct WithId {
    writer: RowWriter,
    position: usize,
}

impl WithId {
    pub(crate) fn new(meta: &'static Meta) -> Self {
        let writer = RowWriter::new(meta);
        let position = writer
            .plan
            .position(Shape::Visible, meta.id)
            .unwrap_or_default();
        Self { writer, position }
    }
}

impl Decode for WithId {
    type Output = (Vec<u8>, String);
    const SHAPE: Shape = Shape::Visible;

    fn decode(&mut self, row: &Row<'_>) -> diesel::deserialize::Result<Self::Output> {
        let mut raw = row.raw(self.position)?.ok_or("a row without an id")?;
        let id = match self.writer.meta.id_column().kind {
            Kind::Uuid => raw.as_uuid()?.to_string(),
            _ => raw.as_i64()?.to_string(),
        };
        Ok((self.writer.decode(row)?, id))
    }
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
        Kind::Json => out.extend_from_slice(raw.as_json()?.as_bytes()),
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
