//! Reading the rows of this module's own statements.

use chrono::{DateTime, Utc};
use diesel::deserialize::Result;
use uuid::Uuid;

use crate::db::{Kind, RawColumn, Row, Value};

fn required<'a>(row: &'a Row<'_>, index: usize) -> Result<RawColumn<'a>> {
    row.raw(index)?
        .ok_or_else(|| format!("column {index} is NULL").into())
}

pub(super) fn text(row: &Row<'_>, index: usize) -> Result<String> {
    required(row, index)?.as_str().map(str::to_owned)
}

pub(super) fn optional_text(row: &Row<'_>, index: usize) -> Result<Option<String>> {
    row.raw(index)?
        .map(|mut raw| raw.as_str().map(str::to_owned))
        .transpose()
}

pub(super) fn uuid(row: &Row<'_>, index: usize) -> Result<Uuid> {
    required(row, index)?.as_uuid()
}

pub(super) fn time(row: &Row<'_>, index: usize) -> Result<DateTime<Utc>> {
    required(row, index)?.as_timestamp()
}

pub(super) fn optional(text: Option<String>) -> Value {
    text.map_or(Value::Null(Kind::Text), Value::Text)
}

pub(super) fn boolean(row: &Row<'_>, index: usize) -> Result<bool> {
    required(row, index)?.as_bool()
}

pub(super) fn integer(row: &Row<'_>, index: usize) -> Result<i64> {
    required(row, index)?.as_i64()
}

pub(super) fn bytes(row: &Row<'_>, index: usize) -> Result<Vec<u8>> {
    required(row, index)?.as_bytes().map(<[u8]>::to_vec)
}
