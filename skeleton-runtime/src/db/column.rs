//! One column of a row, as the database gave it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use diesel::deserialize::Result;
#[cfg(feature = "postgres")]
use diesel::pg::PgValue;
#[cfg(feature = "sqlite")]
use diesel::sqlite::SqliteValue;
use rust_decimal::Decimal;
use uuid::Uuid;

#[cfg(feature = "postgres")]
use super::postgres::read as postgres;
#[cfg(feature = "sqlite")]
use super::sqlite::read as sqlite;

/// A value that is not NULL, borrowed from its row.
///
/// Each reader says what the column must hold and fails when it holds something else: nothing is coerced. Text,
/// bytes and JSON are borrowed, so a row can be written out without a copy of them.
#[expect(missing_debug_implementations, reason = "a value may be a secret")]
pub struct RawColumn<'a>(pub(super) Raw<'a>);

pub(super) enum Raw<'a> {
    #[cfg(feature = "postgres")]
    Postgres(PgValue<'a>),
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteValue<'a, 'a, 'a>),
}

macro_rules! readers {
    ($($(#[$meta:meta])* $name:ident -> $type:ty;)*) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        ///
        /// When the column holds something else.
        pub fn $name(&mut self) -> Result<$type> {
            match &mut self.0 {
                #[cfg(feature = "postgres")]
                Raw::Postgres(value) => postgres::$name(value),
                #[cfg(feature = "sqlite")]
                Raw::Sqlite(value) => sqlite::$name(value),
            }
        }
    )*};
}

impl RawColumn<'_> {
    readers! {
        /// A truth value.
        as_bool -> bool;
        /// A whole number of 16 bits.
        as_i16 -> i16;
        /// A whole number of 32 bits.
        as_i32 -> i32;
        /// A whole number of 64 bits.
        as_i64 -> i64;
        /// A floating-point number of single precision.
        as_f32 -> f32;
        /// A floating-point number of double precision.
        as_f64 -> f64;
        /// Text, borrowed.
        as_str -> &str;
        /// Bytes, borrowed.
        as_bytes -> &[u8];
        /// A UUID.
        as_uuid -> Uuid;
        /// A point in time, to the microsecond.
        as_timestamp -> DateTime<Utc>;
        /// A day of the calendar.
        as_date -> NaiveDate;
        /// A time of day, to the microsecond.
        as_time -> NaiveTime;
        /// An exact decimal number.
        as_decimal -> Decimal;
        /// A JSON document as its text, borrowed.
        as_json -> &str;
        /// A list of texts.
        as_text_array -> Vec<String>;
    }
}
