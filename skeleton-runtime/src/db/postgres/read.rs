//! Readers of the binary format of PostgreSQL.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use diesel::deserialize::{FromSql, Result};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types as sql;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::numeric;

/// 2000-01-01, from which PostgreSQL counts, in microseconds since 1970.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// The same day.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day of the calendar");
/// The first byte of a `jsonb`; its text follows.
const JSONB_VERSION: u8 = 1;

/// The numbers of the built-in types.
mod oid {
    pub(super) const BOOL: u32 = 16;
    pub(super) const BYTEA: u32 = 17;
    pub(super) const NAME: u32 = 19;
    pub(super) const INT8: u32 = 20;
    pub(super) const INT2: u32 = 21;
    pub(super) const INT4: u32 = 23;
    pub(super) const TEXT: u32 = 25;
    pub(super) const JSON: u32 = 114;
    pub(super) const FLOAT4: u32 = 700;
    pub(super) const FLOAT8: u32 = 701;
    pub(super) const UNKNOWN: u32 = 705;
    pub(super) const TEXT_ARRAY: u32 = 1009;
    pub(super) const VARCHAR_ARRAY: u32 = 1015;
    pub(super) const BPCHAR: u32 = 1042;
    pub(super) const VARCHAR: u32 = 1043;
    pub(super) const DATE: u32 = 1082;
    pub(super) const TIME: u32 = 1083;
    pub(super) const TIMESTAMP: u32 = 1114;
    pub(super) const TIMESTAMPTZ: u32 = 1184;
    pub(super) const NUMERIC: u32 = 1700;
    pub(super) const UUID: u32 = 2950;
    pub(super) const JSONB: u32 = 3802;
    /// From here on they are made by users: enums and `citext` arrive as text.
    pub(super) const FIRST_USER_DEFINED: u32 = 16_384;
}

fn of<const N: usize>(value: &PgValue<'_>, oid: u32, what: &str) -> Result<[u8; N]> {
    let found = value.get_oid().get();
    match value.as_bytes().try_into() {
        Ok(bytes) if found == oid => Ok(bytes),
        _ => Err(unexpected(value, what)),
    }
}

fn unexpected(value: &PgValue<'_>, what: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!(
        "expected {what}, the column has the type with oid {}",
        value.get_oid()
    )
    .into()
}

fn expect_oid(value: &PgValue<'_>, known: &[u32], what: &str) -> Result<()> {
    if known.contains(&value.get_oid().get()) {
        return Ok(());
    }
    Err(unexpected(value, what))
}

pub(in crate::db) fn as_bool(value: &PgValue<'_>) -> Result<bool> {
    of::<1>(value, oid::BOOL, "boolean").map(|[byte]| byte != 0)
}

pub(in crate::db) fn as_i16(value: &PgValue<'_>) -> Result<i16> {
    Ok(as_i64(value)?.try_into()?)
}

pub(in crate::db) fn as_i32(value: &PgValue<'_>) -> Result<i32> {
    Ok(as_i64(value)?.try_into()?)
}

pub(in crate::db) fn as_i64(value: &PgValue<'_>) -> Result<i64> {
    const WHAT: &str = "smallint, integer or bigint";
    match value.get_oid().get() {
        oid::INT2 => of(value, oid::INT2, WHAT).map(|bytes| i16::from_be_bytes(bytes).into()),
        oid::INT4 => of(value, oid::INT4, WHAT).map(|bytes| i32::from_be_bytes(bytes).into()),
        _ => of(value, oid::INT8, WHAT).map(i64::from_be_bytes),
    }
}

pub(in crate::db) fn as_f32(value: &PgValue<'_>) -> Result<f32> {
    of(value, oid::FLOAT4, "real").map(f32::from_be_bytes)
}

pub(in crate::db) fn as_f64(value: &PgValue<'_>) -> Result<f64> {
    if value.get_oid().get() == oid::FLOAT4 {
        return as_f32(value).map(f64::from);
    }
    of(value, oid::FLOAT8, "double precision").map(f64::from_be_bytes)
}

pub(in crate::db) fn as_str<'v>(value: &'v PgValue<'_>) -> Result<&'v str> {
    if value.get_oid().get() < oid::FIRST_USER_DEFINED {
        expect_oid(
            value,
            &[
                oid::TEXT,
                oid::VARCHAR,
                oid::BPCHAR,
                oid::NAME,
                oid::UNKNOWN,
            ],
            "text",
        )?;
    }
    Ok(std::str::from_utf8(value.as_bytes())?)
}

pub(in crate::db) fn as_bytes<'v>(value: &'v PgValue<'_>) -> Result<&'v [u8]> {
    expect_oid(value, &[oid::BYTEA], "bytea")?;
    Ok(value.as_bytes())
}

pub(in crate::db) fn as_uuid(value: &PgValue<'_>) -> Result<Uuid> {
    of(value, oid::UUID, "uuid").map(Uuid::from_bytes)
}

pub(in crate::db) fn as_timestamp(value: &PgValue<'_>) -> Result<DateTime<Utc>> {
    // Without a time zone it is UTC.
    let oid = if value.get_oid().get() == oid::TIMESTAMP {
        oid::TIMESTAMP
    } else {
        oid::TIMESTAMPTZ
    };
    let micros = of(value, oid, "timestamptz").map(i64::from_be_bytes)?;
    micros
        .checked_add(EPOCH_MICROS)
        .and_then(DateTime::from_timestamp_micros)
        .ok_or_else(|| "a timestamptz outside of the calendar".into())
}

pub(in crate::db) fn as_date(value: &PgValue<'_>) -> Result<NaiveDate> {
    let days = of(value, oid::DATE, "date").map(i32::from_be_bytes)?;
    let distance = Days::new(days.unsigned_abs().into());
    let date = if days < 0 {
        EPOCH.checked_sub_days(distance)
    } else {
        EPOCH.checked_add_days(distance)
    };
    date.ok_or_else(|| "a date outside of the calendar".into())
}

pub(in crate::db) fn as_time(value: &PgValue<'_>) -> Result<NaiveTime> {
    let micros = of(value, oid::TIME, "time").map(i64::from_be_bytes)?;
    let seconds = u32::try_from(micros / 1_000_000)?;
    let nanos = u32::try_from(micros % 1_000_000)? * 1_000;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
        .ok_or_else(|| "a time outside of the day".into())
}

pub(in crate::db) fn as_decimal(value: &PgValue<'_>) -> Result<Decimal> {
    expect_oid(value, &[oid::NUMERIC], "numeric")?;
    numeric::read(*value)
}

pub(in crate::db) fn as_json<'v>(value: &'v PgValue<'_>) -> Result<&'v str> {
    expect_oid(value, &[oid::JSONB, oid::JSON], "jsonb")?;
    let text = match value.as_bytes() {
        [JSONB_VERSION, text @ ..] if value.get_oid().get() == oid::JSONB => text,
        text if value.get_oid().get() == oid::JSON => text,
        _ => return Err("a jsonb of an unknown version".into()),
    };
    Ok(std::str::from_utf8(text)?)
}

pub(in crate::db) fn as_text_array(value: &PgValue<'_>) -> Result<Vec<String>> {
    expect_oid(value, &[oid::TEXT_ARRAY, oid::VARCHAR_ARRAY], "text[]")?;
    <Vec<String> as FromSql<sql::Array<sql::Text>, Pg>>::from_sql(*value)
}
