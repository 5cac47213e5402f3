//! A value on its way into a statement, and what kind it is.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc};
use diesel::QueryResult;
use diesel::result::Error;
use rust_decimal::Decimal;
use uuid::Uuid;

/// The kinds of columns that both databases store alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `boolean` · `INTEGER` 0 or 1
    Bool,
    /// `smallint` · `INTEGER`
    I16,
    /// `integer` · `INTEGER`
    I32,
    /// `bigint` · `INTEGER`
    I64,
    /// `real` · `REAL`
    F32,
    /// `double precision` · `REAL`
    F64,
    /// `text` · `TEXT`
    Text,
    /// `bytea` · `BLOB`
    Bytes,
    /// `uuid` · `BLOB` of 16 bytes
    Uuid,
    /// `timestamptz` · `TEXT`, always `YYYY-MM-DDTHH:MM:SS.ffffffZ`, so that its order is that of time
    Timestamp,
    /// `date` · `TEXT` as `YYYY-MM-DD`
    Date,
    /// `time` · `TEXT` as `HH:MM:SS.ffffff`
    Time,
    /// `jsonb` · `TEXT`
    Json,
    /// `numeric` · `TEXT`, under the collation `decimal`
    Decimal,
    /// `text[]` · `TEXT`, a JSON array
    TextArray,
}

/// A bound value, free of the query that it came from.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the kind of its name")]
pub enum Value {
    Null(Kind),
    Bool(bool),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Timestamp(DateTime<Utc>),
    Date(NaiveDate),
    Time(NaiveTime),
    Json(serde_json::Value),
    Decimal(Decimal),
    TextArray(Vec<String>),
}

impl Value {
    /// The kind of the column that the value is for.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Null(kind) => *kind,
            Self::Bool(_) => Kind::Bool,
            Self::I16(_) => Kind::I16,
            Self::I32(_) => Kind::I32,
            Self::I64(_) => Kind::I64,
            Self::F32(_) => Kind::F32,
            Self::F64(_) => Kind::F64,
            Self::Text(_) => Kind::Text,
            Self::Bytes(_) => Kind::Bytes,
            Self::Uuid(_) => Kind::Uuid,
            Self::Timestamp(_) => Kind::Timestamp,
            Self::Date(_) => Kind::Date,
            Self::Time(_) => Kind::Time,
            Self::Json(_) => Kind::Json,
            Self::Decimal(_) => Kind::Decimal,
            Self::TextArray(_) => Kind::TextArray,
        }
    }

    /// Whether this is NULL.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// Brings the value into the one form that both databases store alike, so that what is read back does not depend
    /// on the database: microseconds, no negative zero among decimals. What only one of them could store (NUL in text,
    /// not-a-number, years outside of 0 to 9999) is an error on both.
    pub(super) fn make_canonical(&mut self) -> QueryResult<()> {
        match self {
            Self::F32(number) if number.is_nan() => return Err(unstorable("not a number")),
            Self::F64(number) if number.is_nan() => return Err(unstorable("not a number")),
            Self::Text(text) => without_nul(text)?,
            Self::TextArray(texts) => texts.iter().try_for_each(|text| without_nul(text))?,
            Self::Json(json) => json_without_nul(json)?,
            Self::Timestamp(time) => {
                *time = DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(*time);
                in_calendar(time.year())?;
            }
            Self::Date(date) => in_calendar(date.year())?,
            Self::Time(time) => *time = whole_micros(*time),
            Self::Decimal(number) if number.is_zero() => number.set_sign_positive(true),
            _ => {}
        }
        Ok(())
    }
}

fn unstorable(what: &str) -> Error {
    Error::SerializationError(format!("no column can hold {what}").into())
}

fn without_nul(text: &str) -> QueryResult<()> {
    if text.as_bytes().contains(&0) {
        return Err(unstorable("a text with the character U+0000"));
    }
    Ok(())
}

fn json_without_nul(json: &serde_json::Value) -> QueryResult<()> {
    match json {
        serde_json::Value::String(text) => without_nul(text),
        serde_json::Value::Array(items) => items.iter().try_for_each(json_without_nul),
        serde_json::Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            without_nul(name)?;
            json_without_nul(member)
        }),
        _ => Ok(()),
    }
}

/// The years that sort as text.
fn in_calendar(year: i32) -> QueryResult<()> {
    if (0..=9999).contains(&year) {
        return Ok(());
    }
    Err(unstorable("a year outside of 0 to 9999"))
}

/// Cuts what is finer than a microsecond, and a leap second down to the last moment before it.
fn whole_micros(time: NaiveTime) -> NaiveTime {
    let nanos = time.nanosecond().min(999_999_999) / 1_000 * 1_000;
    time.with_nanosecond(nanos).unwrap_or(time)
}

/// Values may be secrets, so only their kind is printed.
impl std::fmt::Debug for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let null = if self.is_null() { " NULL" } else { "" };
        write!(formatter, "<{:?}{null}>", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(mut value: Value) -> QueryResult<Value> {
        value.make_canonical().map(|()| value)
    }

    #[test]
    fn times_are_cut_to_microseconds() {
        let fine = DateTime::from_timestamp(-1, 999_999_999).unwrap();
        let coarse = DateTime::from_timestamp(-1, 999_999_000).unwrap();
        assert_eq!(
            canonical(Value::Timestamp(fine)),
            Ok(Value::Timestamp(coarse))
        );
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        assert_eq!(canonical(Value::Time(leap)), Ok(Value::Time(last)));
    }

    #[test]
    fn negative_zero_is_zero() {
        let zero: Decimal = "-0.00".parse().unwrap();
        let Ok(Value::Decimal(found)) = canonical(Value::Decimal(zero)) else {
            panic!("not a decimal")
        };
        assert_eq!(found.to_string(), "0.00");
    }

    #[test]
    fn what_one_database_could_not_store_is_refused() {
        let nested = serde_json::json!({"a": [{"b": "\u{0}"}]});
        for value in [
            Value::Text("a\0b".to_owned()),
            Value::TextArray(vec!["\0".to_owned()]),
            Value::Json(nested),
            Value::F64(f64::NAN),
            Value::F32(f32::NAN),
            Value::Date(NaiveDate::MAX),
            Value::Timestamp(DateTime::<Utc>::MIN_UTC),
        ] {
            assert!(canonical(value.clone()).is_err(), "{value:?}");
        }
        assert!(canonical(Value::F64(f64::INFINITY)).is_ok());
    }

    #[test]
    fn is_printed_without_its_content() {
        let shown = format!(
            "{:?} {:?}",
            Value::Text("canary".to_owned()),
            Value::Null(Kind::Json)
        );
        assert_eq!(shown, "<Text> <Json NULL>");
    }
}
