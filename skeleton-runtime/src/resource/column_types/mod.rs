//! Which Rust type is stored, read and parsed how.

mod json;
mod numbers;
mod texts;
mod times;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue as RawJson;

pub use json::Jsonb;

use super::check::Checked;
use super::column::{ColumnType, DbEnum, Mismatch};
use crate::Secret;
use crate::db::{Kind, RawColumn, Value};

type Read<T> = diesel::deserialize::Result<T>;

/// What stands where a value must be.
fn not_null(raw: Option<RawColumn<'_>>) -> Read<RawColumn<'_>> {
    raw.ok_or_else(|| "unexpected NULL in a column that has none".into())
}

fn from_json<T: DeserializeOwned>(json: &RawJson, what: &str) -> Result<T, Mismatch> {
    if json.get() == "null" {
        return Err(Mismatch::new("null", "must not be null"));
    }
    serde_json::from_str(json.get()).map_err(|_| Mismatch::expected(what))
}

fn expected_one_of(variants: &[&str]) -> Mismatch {
    Mismatch::new("enum", format!("expected one of: {}", variants.join(", ")))
}

impl<T: DbEnum> ColumnType for T {
    const KIND: Kind = Kind::Text;
    const VARIANTS: &'static [&'static str] = <T as DbEnum>::VARIANTS;

    fn into_value(self) -> Value {
        Value::Text(self.as_str().to_owned())
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        let mut raw = not_null(raw)?;
        let name = raw.as_str()?;
        T::from_name(name).ok_or_else(|| {
            format!("{name:?} is not a value of {}", std::any::type_name::<T>()).into()
        })
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        let name: String = match from_json(json, "") {
            Err(mismatch) if mismatch.code == "type" => {
                return Err(expected_one_of(<T as DbEnum>::VARIANTS));
            }
            read => read?,
        };
        ColumnType::parse(&name)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        T::from_name(text).ok_or_else(|| expected_one_of(<T as DbEnum>::VARIANTS))
    }
}

impl<T: ColumnType> ColumnType for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    const SECRET: bool = T::SECRET;
    const VARIANTS: &'static [&'static str] = T::VARIANTS;

    fn into_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::into_value)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        raw.map(|raw| T::from_raw(Some(raw))).transpose()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        if json.get() == "null" {
            Ok(None)
        } else {
            T::from_json(json).map(Some)
        }
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        T::parse(text).map(Some)
    }

    fn checked(&self) -> Checked<'_> {
        self.as_ref().map_or(Checked::Nothing, T::checked)
    }
}

impl<T: ColumnType> ColumnType for Secret<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = T::NULLABLE;
    const SECRET: bool = true;

    fn into_value(self) -> Value {
        self.into_exposed().into_value()
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        T::from_raw(raw).map(Self::new)
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        T::from_json(json).map(Self::new)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        T::parse(text).map(Self::new)
    }

    fn checked(&self) -> Checked<'_> {
        self.expose().checked()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
    use rust_decimal::Decimal;
    use serde_json::Value as JsonValue;
    use uuid::Uuid;

    use super::*;

    fn json(text: &str) -> Box<RawJson> {
        RawJson::from_string(text.to_owned()).unwrap()
    }

    fn accepts<T: ColumnType>(text: &str) -> bool {
        T::from_json(&json(text)).is_ok()
    }

    #[test]
    fn integers_are_held_to_their_range() {
        assert_eq!(i16::from_json(&json("32767")), Ok(i16::MAX));
        let mismatch = i16::from_json(&json("32768")).unwrap_err();
        assert_eq!(
            mismatch.message,
            "expected an integer between -32768 and 32767"
        );
        assert!(
            !accepts::<i32>("1.0")
                && !accepts::<i32>("\"1\"")
                && !accepts::<i64>("9223372036854775808")
        );
    }

    #[test]
    fn null_is_a_fault_of_its_own() {
        assert_eq!(i32::from_json(&json("null")).unwrap_err().code, "null");
        assert_eq!(Option::<i32>::from_json(&json("null")), Ok(None));
    }

    #[test]
    fn texts_without_nul() {
        assert!(accepts::<String>(r#""a\u0001""#));
        assert!(!accepts::<String>(r#""a\u0000""#));
        assert!(!accepts::<Vec<String>>(r#"["a", "\u0000"]"#));
        assert!(!accepts::<JsonValue>(r#"{"a": [{"\u0000": 1}]}"#));
    }

    #[test]
    fn one_spelling_for_an_id() {
        assert!(accepts::<Uuid>("\"0198c0de-7a4b-7000-8000-000000000000\""));
        assert!(!accepts::<Uuid>("\"0198c0de7a4b70008000000000000000\""));
        assert!(!accepts::<Uuid>(
            "\"{0198c0de-7a4b-7000-8000-000000000000}\""
        ));
    }

    #[test]
    fn times_are_utc_in_microseconds() {
        let time =
            DateTime::<Utc>::from_json(&json("\"2026-01-31T12:00:00.123456789+02:00\"")).unwrap();
        assert_eq!(time.to_rfc3339(), "2026-01-31T10:00:00.123456+00:00");
        assert!(!accepts::<DateTime<Utc>>("\"0001-01-01T00:00:00+01:00\""));
        assert!(!accepts::<DateTime<Utc>>("\"2026-01-31\""));
        assert!(
            !accepts::<NaiveDate>("\"2026-02-30\"") && !accepts::<NaiveDate>("\"+2026-01-01\"")
        );
        assert!(
            accepts::<NaiveTime>("\"23:59:59.999999\"") && !accepts::<NaiveTime>("\"23:59:60\"")
        );
    }

    #[test]
    fn decimals_are_strings_and_exact() {
        let price = Decimal::from_json(&json("\"12345678901234567890.12345678\"")).unwrap();
        assert_eq!(price.to_string(), "12345678901234567890.12345678");
        assert_eq!(
            Decimal::from_json(&json("\"1.50\"")).unwrap().to_string(),
            "1.50"
        );
        for wrong in [
            "1.5",
            "\"1e5\"",
            "\"\"",
            "\".5\"",
            "\"5.\"",
            "\"99999999999999999999999999999999\"",
            "\"1_0\"",
        ] {
            assert!(!accepts::<Decimal>(wrong), "{wrong}");
        }
    }

    #[test]
    fn floats_are_finite() {
        assert!(accepts::<f32>("1.5") && !accepts::<f32>("1e39") && !accepts::<f64>("1e400"));
        assert!(f64::parse("NaN").is_err() && f64::parse("inf").is_err());
    }
}
