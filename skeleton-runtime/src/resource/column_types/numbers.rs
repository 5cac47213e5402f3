//! Numbers and truth values.

use rust_decimal::Decimal;
use serde_json::value::RawValue as RawJson;

use super::{Read, from_json, not_null};
use crate::db::{Kind, RawColumn, Value};
use crate::resource::check::Checked;
use crate::resource::column::{ColumnType, Mismatch};

macro_rules! integers {
    ($($type:ty, $kind:ident, $read:ident;)*) => {$(
        impl ColumnType for $type {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                Value::$kind(self)
            }

            fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
                not_null(raw)?.$read()
            }

            fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
                let integer: i64 = from_json(json, &integer_range::<$type>())?;
                Self::try_from(integer).map_err(|_| Mismatch::expected(&integer_range::<$type>()))
            }

            fn parse(text: &str) -> Result<Self, Mismatch> {
                text.parse().map_err(|_| Mismatch::expected(&integer_range::<$type>()))
            }

            fn checked(&self) -> Checked<'_> {
                Checked::Int(i64::from(*self))
            }
        }

        impl Bounds for $type {
            const BOUNDS: (i64, i64) = (<$type>::MIN as i64, <$type>::MAX as i64);
        }
    )*};
}

trait Bounds {
    const BOUNDS: (i64, i64);
}

fn integer_range<T: Bounds>() -> String {
    let (min, max) = T::BOUNDS;
    format!("an integer between {min} and {max}")
}

integers! {
    i16, I16, as_i16;
    i32, I32, as_i32;
    i64, I64, as_i64;
}

macro_rules! floats {
    ($($type:ty, $kind:ident, $read:ident;)*) => {$(
        impl ColumnType for $type {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                Value::$kind(self)
            }

            fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
                not_null(raw)?.$read()
            }

            fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
                finite(from_json::<Self>(json, "a number")?)
            }

            fn parse(text: &str) -> Result<Self, Mismatch> {
                finite(text.parse::<Self>().map_err(|_| Mismatch::expected("a number"))?)
            }

            fn checked(&self) -> Checked<'_> {
                Checked::Float(f64::from(*self))
            }
        }
    )*};
}

/// JSON has no infinity: a number beyond the type's range is refused, not rounded to one.
fn finite<T: Copy + Into<f64>>(number: T) -> Result<T, Mismatch> {
    if number.into().is_finite() {
        Ok(number)
    } else {
        Err(Mismatch::expected("a finite number"))
    }
}

floats! {
    f32, F32, as_f32;
    f64, F64, as_f64;
}

impl ColumnType for bool {
    const KIND: Kind = Kind::Bool;

    fn into_value(self) -> Value {
        Value::Bool(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_bool()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        from_json(json, "true or false")
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        text.parse()
            .map_err(|_| Mismatch::expected("true or false"))
    }
}

const DECIMAL: &str = "a decimal of at most 28 digits in a string, as \"19.99\"";

fn decimal(text: &str) -> Result<Decimal, Mismatch> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.ends_with(|last: char| last.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_plain {
        return Err(Mismatch::expected(DECIMAL));
    }
    Decimal::from_str_exact(text).map_err(|_| Mismatch::expected(DECIMAL))
}

impl ColumnType for Decimal {
    const KIND: Kind = Kind::Decimal;

    fn into_value(self) -> Value {
        Value::Decimal(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_decimal()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        decimal(&from_json::<String>(json, DECIMAL)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        decimal(text)
    }

    fn checked(&self) -> Checked<'_> {
        Checked::Decimal(*self)
    }
}
