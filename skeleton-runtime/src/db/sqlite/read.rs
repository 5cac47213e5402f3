//! Readers of the values of SQLite. Each looks at the type first: SQLite itself would turn any value into any other.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::deserialize::Result;
use diesel::sqlite::{SqliteType, SqliteValue};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::text;

fn expect_type(value: &SqliteValue<'_, '_, '_>, expected: SqliteType, what: &str) -> Result<()> {
    match value.value_type() {
        Some(found) if found == expected => Ok(()),
        found => Err(format!("expected {what}, the column holds {found:?}").into()),
    }
}

pub(in crate::db) fn as_bool(value: &mut SqliteValue<'_, '_, '_>) -> Result<bool> {
    match as_i64(value)? {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(format!("expected 0 or 1, the column holds {other}").into()),
    }
}

pub(in crate::db) fn as_i16(value: &mut SqliteValue<'_, '_, '_>) -> Result<i16> {
    Ok(as_i64(value)?.try_into()?)
}

pub(in crate::db) fn as_i32(value: &mut SqliteValue<'_, '_, '_>) -> Result<i32> {
    Ok(as_i64(value)?.try_into()?)
}

pub(in crate::db) fn as_i64(value: &mut SqliteValue<'_, '_, '_>) -> Result<i64> {
    expect_type(value, SqliteType::Long, "a whole number")?;
    Ok(value.read_long())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "it was stored from an f32, which f64 holds exactly"
)]
pub(in crate::db) fn as_f32(value: &mut SqliteValue<'_, '_, '_>) -> Result<f32> {
    as_f64(value).map(|number| number as f32)
}

pub(in crate::db) fn as_f64(value: &mut SqliteValue<'_, '_, '_>) -> Result<f64> {
    // An expression over whole numbers stays one, as `sum(…)` of a column without fractions.
    if value.value_type() != Some(SqliteType::Long) {
        expect_type(value, SqliteType::Double, "a number")?;
    }
    Ok(value.read_double())
}

pub(in crate::db) fn as_str<'v>(value: &'v mut SqliteValue<'_, '_, '_>) -> Result<&'v str> {
    expect_type(value, SqliteType::Text, "text")?;
    Ok(value.read_text())
}

pub(in crate::db) fn as_bytes<'v>(value: &'v mut SqliteValue<'_, '_, '_>) -> Result<&'v [u8]> {
    expect_type(value, SqliteType::Binary, "bytes")?;
    Ok(value.read_blob())
}

pub(in crate::db) fn as_uuid(value: &mut SqliteValue<'_, '_, '_>) -> Result<Uuid> {
    Ok(Uuid::from_slice(as_bytes(value)?)?)
}

pub(in crate::db) fn as_timestamp(value: &mut SqliteValue<'_, '_, '_>) -> Result<DateTime<Utc>> {
    text::read_timestamp(as_str(value)?)
}

pub(in crate::db) fn as_date(value: &mut SqliteValue<'_, '_, '_>) -> Result<NaiveDate> {
    text::read_date(as_str(value)?)
}

pub(in crate::db) fn as_time(value: &mut SqliteValue<'_, '_, '_>) -> Result<NaiveTime> {
    text::read_time(as_str(value)?)
}

pub(in crate::db) fn as_decimal(value: &mut SqliteValue<'_, '_, '_>) -> Result<Decimal> {
    Ok(Decimal::from_str_exact(as_str(value)?)?)
}

pub(in crate::db) fn as_json<'v>(value: &'v mut SqliteValue<'_, '_, '_>) -> Result<&'v str> {
    as_str(value)
}

pub(in crate::db) fn as_text_array(value: &mut SqliteValue<'_, '_, '_>) -> Result<Vec<String>> {
    Ok(serde_json::from_str(as_str(value)?)?)
}
