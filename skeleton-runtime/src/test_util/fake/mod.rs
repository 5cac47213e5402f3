//! Made-up values that pass the declared rules, made of a column's metadata.

mod pattern;
mod text;

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use serde_json::{Value as JsonValue, json};
use uuid::Uuid;

use crate::db::{Kind, Value};
use crate::resource::{Check, Checked, Column, Meta};

/// A number that nobody in this process was given yet: what makes values differ.
pub(super) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A value for a column, as in a body. Values of another `number` differ, as far as the type and the rules leave room.
///
/// # Panics
///
/// When no value was found that passes the rules.
pub(super) fn value(meta: &Meta, column: &Column, number: u64) -> JsonValue {
    let found = match column.kind {
        Kind::Bool => Some(json!(number % 2 == 1)),
        Kind::I16 => integer(column, number, i16::MIN.into(), i16::MAX.into()),
        Kind::I32 => integer(column, number, i32::MIN.into(), i32::MAX.into()),
        Kind::I64 => integer(column, number, i64::MIN, i64::MAX),
        Kind::F32 | Kind::F64 => Some(json!(float(column, number))),
        Kind::Decimal => decimal(column, number),
        Kind::Text => text::text(column, number).map(JsonValue::from),
        Kind::TextArray => list(column, number),
        Kind::Bytes => bytes(column, number),
        Kind::Uuid => Some(json!(Uuid::now_v7())),
        Kind::Timestamp => Some(json!(time_of(moment(number)))),
        Kind::Date => Some(json!(moment(number * 86_400).date_naive())),
        Kind::Time => Some(json!(moment(number).time().format("%H:%M:%S").to_string())),
        Kind::Json => Some(json!({ "number": number })),
    };
    found.unwrap_or_else(|| {
        panic!(
            "no made-up value of `{0}.{1}` passes its rules\nhelp: set one, as in `{0}::factory().{1}(…)`",
            meta.name, column.name
        )
    })
}

/// Another value than `value`, by its number.
fn moment(number: u64) -> DateTime<Utc> {
    let first = DateTime::UNIX_EPOCH + Duration::days(20_454);
    // Within a century, so that no calendar ends.
    first + Duration::seconds((number % 3_000_000_000).cast_signed())
}

fn time_of(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The bounds that a column's ranges leave.
fn bounds(column: &Column, least: i64, most: i64) -> (i64, i64) {
    let mut bounds = (least, most);
    for check in column.checks {
        if let Check::IntRange { min, max } = check {
            bounds.0 = bounds.0.max(min.unwrap_or(least));
            bounds.1 = bounds.1.min(max.unwrap_or(most));
        }
    }
    bounds
}

/// From 1 on where the bounds have it, else from the least.
fn integer(column: &Column, number: u64, least: i64, most: i64) -> Option<JsonValue> {
    let (least, most) = bounds(column, least, most);
    let first = if least <= 1 && 1 <= most { 1 } else { least };
    let room = most.saturating_sub(first).saturating_add(1);
    let step = i64::try_from(number).unwrap_or(i64::MAX) % room.max(1);
    (least <= most).then(|| json!(first + step))
}

/// The bounds that a column's ranges leave.
fn float_bounds(column: &Column) -> (f64, f64) {
    let mut bounds = (f64::MIN, f64::MAX);
    for check in column.checks {
        if let Check::FloatRange { min, max } = check {
            bounds.0 = bounds.0.max(min.unwrap_or(f64::MIN));
            bounds.1 = bounds.1.min(max.unwrap_or(f64::MAX));
        }
    }
    bounds
}

/// Eighths, which are exact in each kind of number, up to a thousand of them.
fn float(column: &Column, number: u64) -> f64 {
    let (least, most) = float_bounds(column);
    let first = if least <= 0.0 && 0.0 < most {
        0.0
    } else {
        least
    };
    let room = ((most - first) * 8.0).clamp(1.0, 1_000_000.0);
    let room = room.to_u64().unwrap_or(1);
    let step = (number % room).to_f64().unwrap_or_default();
    step.mul_add(0.125, first).min(most)
}

fn decimal(column: &Column, number: u64) -> Option<JsonValue> {
    let decimal = Decimal::from_f64(float(column, number))?.normalize();
    let passes = |check: &Check| check.fault(Checked::Decimal(decimal)).is_none();
    column
        .checks
        .iter()
        .all(passes)
        .then(|| json!(decimal.to_string()))
}

/// The number of items, or of bytes, nearest to one.
fn count(column: &Column) -> usize {
    let mut count = 1;
    for check in column.checks {
        if let Check::Length { min, max, .. } = check {
            count = count.max(min.unwrap_or(0)).min(max.unwrap_or(usize::MAX));
        }
    }
    count
}

fn list(column: &Column, number: u64) -> Option<JsonValue> {
    let item = |place| text::plain(column, number + place);
    let count = u64::try_from(count(column)).ok()?;
    Some((0..count).map(item).collect())
}

fn bytes(column: &Column, number: u64) -> Option<JsonValue> {
    let count = count(column).max(if least_is_open(column) { 8 } else { 0 });
    let source = number.to_be_bytes();
    let bytes: Vec<u8> = source.iter().rev().copied().cycle().take(count).collect();
    let passes = |check: &Check| check.fault(Checked::Count(bytes.len())).is_none();
    let passes = column.checks.iter().all(passes);
    passes.then(|| json!(BASE64.encode(&bytes)))
}

fn least_is_open(column: &Column) -> bool {
    !column
        .checks
        .iter()
        .any(|check| matches!(check, Check::Length { max: Some(max), .. } if *max < 8))
}

/// A bound value as a body has it.
pub(super) fn to_json(value: Value) -> JsonValue {
    match value {
        Value::Null(_) => JsonValue::Null,
        Value::Bool(value) => json!(value),
        Value::I16(value) => json!(value),
        Value::I32(value) => json!(value),
        Value::I64(value) => json!(value),
        Value::F32(value) => json!(value),
        Value::F64(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Bytes(value) => json!(BASE64.encode(value)),
        Value::Uuid(value) => json!(value),
        Value::Timestamp(value) => json!(time_of(value)),
        Value::Date(value) => json!(date(value)),
        Value::Time(value) => json!(time(value)),
        Value::Json(value) => value,
        Value::Decimal(value) => json!(value.to_string()),
        Value::TextArray(value) => json!(value),
    }
}

fn date(value: NaiveDate) -> String {
    value.format("%Y-%m-%d").to_string()
}

fn time(value: NaiveTime) -> String {
    value.format("%H:%M:%S%.f").to_string()
}

#[cfg(test)]
mod tests;
