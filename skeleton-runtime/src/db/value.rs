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
    /// on the database: microseconds, no negative zero, whole numbers of JSON without an exponent. What only one of them
    /// could store (NUL in text, not-a-number, years outside of 0 to 9999) is an error on both.
    pub(crate) fn make_canonical(&mut self) -> QueryResult<()> {
        match self {
            Self::F32(number) if number.is_nan() => return Err(unstorable("not a number")),
            Self::F64(number) if number.is_nan() => return Err(unstorable("not a number")),
            // Of zeros SQLite keeps one.
            Self::F32(number) if *number == 0.0 => *number = 0.0,
            Self::F64(number) if *number == 0.0 => *number = 0.0,
            Self::Text(text) => without_nul(text)?,
            Self::TextArray(texts) => texts.iter().try_for_each(|text| without_nul(text))?,
            Self::Json(json) => canonical_json(json)?,
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

fn canonical_json(json: &mut serde_json::Value) -> QueryResult<()> {
    match json {
        serde_json::Value::String(text) => without_nul(text),
        serde_json::Value::Array(items) => items.iter_mut().try_for_each(canonical_json),
        serde_json::Value::Object(members) => members.iter_mut().try_for_each(|(name, member)| {
            without_nul(name)?;
            canonical_json(member)
        }),
        serde_json::Value::Number(number) => {
            if let Some(written_out) = written_out(number) {
                *number = written_out;
            }
            Ok(())
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) => Ok(()),
    }
}

/// The number as `jsonb` gives it back, where that is another to its readers: `1e16` with all its digits, and `-0.0`
/// as zero.
fn written_out(number: &serde_json::Number) -> Option<serde_json::Number> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    if float == 0.0 {
        return serde_json::Number::from_f64(0.0);
    }
    // Smaller ones have no exponent, and keep their `.0` on both.
    if float.abs() < 1e16 {
        return None;
    }
    let digits = format!("{float:.0}");
    let unsigned = digits.parse::<u64>().map(Into::into);
    unsigned
        .or_else(|_| digits.parse::<i64>().map(Into::into))
        .ok()
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
        let Ok(Value::F64(found)) = canonical(Value::F64(-0.0)) else {
            panic!("not a number")
        };
        assert!(found.is_sign_positive());
    }

    #[test]
    fn whole_numbers_of_json_have_no_exponent() {
        use serde_json::json;
        for (sent, stored) in [
            ("1e15", "1000000000000000.0"),
            ("1e16", "10000000000000000"),
            ("[-1e18]", "[-1000000000000000000]"),
            ("1e30", "1e+30"),
            ("1e-7", "1e-7"),
            ("{\"a\":-0.0}", "{\"a\":0.0}"),
        ] {
            let value: serde_json::Value = serde_json::from_str(sent).unwrap();
            let Ok(Value::Json(found)) = canonical(Value::Json(value)) else {
                panic!("{sent}")
            };
            assert_eq!(found.to_string(), stored);
        }
        assert_eq!(
            canonical(Value::Json(json!(u64::MAX))),
            Ok(Value::Json(json!(u64::MAX)))
        );
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
