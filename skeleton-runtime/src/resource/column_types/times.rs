//! Points in time, days and times of day.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, Timelike, Utc};
use serde_json::value::RawValue as RawJson;

use super::{Read, from_json, not_null};
use crate::db::{Kind, RawColumn, Value};
use crate::resource::column::{ColumnType, Mismatch};

const TIMESTAMP: &str = "a time as in RFC 3339, of the years 1 to 9999, as 2026-01-31T12:00:00Z";

/// Microseconds are what both databases keep, and four digits of a year what RFC 3339 has.
fn timestamp(text: &str) -> Result<DateTime<Utc>, Mismatch> {
    let mismatch = || Mismatch::expected(TIMESTAMP);
    let time = DateTime::parse_from_rfc3339(text)
        .map_err(|_| mismatch())?
        .to_utc();
    let is_leap_second = time.nanosecond() >= 1_000_000_000;
    if !(1..=9999).contains(&time.year()) || is_leap_second {
        return Err(mismatch());
    }
    Ok(time.trunc_subsecs(6))
}

impl ColumnType for DateTime<Utc> {
    const KIND: Kind = Kind::Timestamp;

    fn into_value(self) -> Value {
        Value::Timestamp(self.trunc_subsecs(6))
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_timestamp()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        timestamp(&from_json::<String>(json, TIMESTAMP)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        timestamp(text)
    }
}

const DATE: &str = "a date of the years 1 to 9999, as 2026-01-31";

fn date(text: &str) -> Result<NaiveDate, Mismatch> {
    let has_shape = text.len() == 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.parse::<NaiveDate>() {
        Ok(date) if has_shape && (1..=9999).contains(&date.year()) => Ok(date),
        _ => Err(Mismatch::expected(DATE)),
    }
}

impl ColumnType for NaiveDate {
    const KIND: Kind = Kind::Date;

    fn into_value(self) -> Value {
        Value::Date(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_date()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        date(&from_json::<String>(json, DATE)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        date(text)
    }
}

const TIME: &str = "a time of day, as 12:00:00";

fn time(text: &str) -> Result<NaiveTime, Mismatch> {
    match text.parse::<NaiveTime>() {
        Ok(time) if time.nanosecond() < 1_000_000_000 && text.len() >= 8 => {
            Ok(time.trunc_subsecs(6))
        }
        _ => Err(Mismatch::expected(TIME)),
    }
}

impl ColumnType for NaiveTime {
    const KIND: Kind = Kind::Time;

    fn into_value(self) -> Value {
        Value::Time(self.trunc_subsecs(6))
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_time()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        time(&from_json::<String>(json, TIME)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        time(text)
    }
}
