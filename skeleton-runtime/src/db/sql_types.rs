//! Which Rust types stand for which of Diesel's SQL types.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRef};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self as sql, HasSqlType};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::backend::AnyBackend;
use super::column::RawColumn;
use super::value::{Kind, Value};

macro_rules! kinds {
    ($($sql:ty => $kind:ident),* $(,)?) => {$(
        impl HasSqlType<$sql> for AnyBackend {
            fn metadata(_: &mut ()) -> Kind {
                Kind::$kind
            }
        }
    )*};
}

kinds! {
    sql::Bool => Bool,
    sql::SmallInt => I16,
    sql::Integer => I32,
    sql::BigInt => I64,
    sql::Float => F32,
    sql::Double => F64,
    sql::Text => Text,
    sql::Binary => Bytes,
    sql::Uuid => Uuid,
    sql::Timestamptz => Timestamp,
    // Bound as a point in time: a connection's time zone is UTC, so PostgreSQL takes it for a `timestamp` as it is.
    sql::Timestamp => Timestamp,
    sql::Date => Date,
    sql::Time => Time,
    sql::Jsonb => Json,
    sql::Numeric => Decimal,
    sql::Array<sql::Text> => TextArray,
}

macro_rules! to_sql {
    ($($rust:ty as $sql:ty => |$value:ident| $bound:expr;)*) => {$(
        impl ToSql<$sql, AnyBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, AnyBackend>) -> serialize::Result {
                let $value = self;
                out.set_value($bound);
                Ok(IsNull::No)
            }
        }
    )*};
}

to_sql! {
    bool as sql::Bool => |value| Value::Bool(*value);
    i16 as sql::SmallInt => |value| Value::I16(*value);
    i32 as sql::Integer => |value| Value::I32(*value);
    i64 as sql::BigInt => |value| Value::I64(*value);
    f32 as sql::Float => |value| Value::F32(*value);
    f64 as sql::Double => |value| Value::F64(*value);
    str as sql::Text => |value| Value::Text(value.to_owned());
    [u8] as sql::Binary => |value| Value::Bytes(value.to_owned());
    Uuid as sql::Uuid => |value| Value::Uuid(*value);
    DateTime<Utc> as sql::Timestamptz => |value| Value::Timestamp(*value);
    NaiveDateTime as sql::Timestamp => |value| Value::Timestamp(value.and_utc());
    NaiveDate as sql::Date => |value| Value::Date(*value);
    NaiveTime as sql::Time => |value| Value::Time(*value);
    serde_json::Value as sql::Jsonb => |value| Value::Json(value.clone());
    Decimal as sql::Numeric => |value| Value::Decimal(*value);
    Vec<String> as sql::Array<sql::Text> => |value| Value::TextArray(value.clone());
    [String] as sql::Array<sql::Text> => |value| Value::TextArray(value.to_vec());
    // For the others Diesel derives this itself.
    Vec<String> as sql::Nullable<sql::Array<sql::Text>> => |value| Value::TextArray(value.clone());
    [String] as sql::Nullable<sql::Array<sql::Text>> => |value| Value::TextArray(value.to_vec());
}

macro_rules! from_sql {
    ($($rust:ty as $sql:ty => $read:ident;)*) => {$(
        impl FromSql<$sql, AnyBackend> for $rust {
            fn from_sql(mut raw: RawColumn<'_>) -> deserialize::Result<Self> {
                raw.$read()
            }
        }
    )*};
}

from_sql! {
    bool as sql::Bool => as_bool;
    i16 as sql::SmallInt => as_i16;
    i32 as sql::Integer => as_i32;
    i64 as sql::BigInt => as_i64;
    f32 as sql::Float => as_f32;
    f64 as sql::Double => as_f64;
    Uuid as sql::Uuid => as_uuid;
    DateTime<Utc> as sql::Timestamptz => as_timestamp;
    NaiveDate as sql::Date => as_date;
    NaiveTime as sql::Time => as_time;
    Decimal as sql::Numeric => as_decimal;
    Vec<String> as sql::Array<sql::Text> => as_text_array;
}

impl FromSql<sql::Timestamp, AnyBackend> for NaiveDateTime {
    fn from_sql(mut raw: RawColumn<'_>) -> deserialize::Result<Self> {
        raw.as_timestamp().map(|time| time.naive_utc())
    }
}

impl FromSql<sql::Jsonb, AnyBackend> for serde_json::Value {
    fn from_sql(mut raw: RawColumn<'_>) -> deserialize::Result<Self> {
        Ok(serde_json::from_str(raw.as_json()?)?)
    }
}

// Diesel reads `String` and `Vec<u8>` through these.
impl<'a> FromSqlRef<'a, sql::Text, AnyBackend> for &'a str {
    fn from_sql(raw: &'a mut RawColumn<'_>) -> deserialize::Result<Self> {
        raw.as_str()
    }
}

impl<'a> FromSqlRef<'a, sql::Binary, AnyBackend> for &'a [u8] {
    fn from_sql(raw: &'a mut RawColumn<'_>) -> deserialize::Result<Self> {
        raw.as_bytes()
    }
}
