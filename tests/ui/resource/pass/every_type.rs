//! Every type of a field, and `Option` of each.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// Whether it is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[expect(missing_docs, reason = "said by the names")]
pub enum Switch {
    On,
    Off,
}

/// A document of the user's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Size(pub u32, pub u32);

impl Serialize for Size {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        (self.0, self.1).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(|(width, height)| Self(width, height))
    }
}

use skeleton_runtime::__private::serde;

/// One of each.
#[resource]
#[expect(missing_docs, reason = "said by the names")]
pub struct Everything {
    pub id: Uuid,
    pub bool: bool,
    pub i16: i16,
    pub i32: i32,
    pub i64: i64,
    pub f32: f32,
    pub f64: f64,
    pub text: String,
    pub uuid: Uuid,
    pub timestamp: DateTime<Utc>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub decimal: Decimal,
    pub json: JsonValue,
    pub jsonb: Jsonb<Size>,
    pub bytes: Vec<u8>,
    pub texts: Vec<String>,
    pub switch: Switch,
    pub secret: Secret,
}

/// One of each, or nothing.
#[resource]
#[expect(missing_docs, reason = "said by the names")]
pub struct Anything {
    pub id: i64,
    pub bool: Option<bool>,
    pub i16: Option<i16>,
    pub i32: Option<i32>,
    pub i64: Option<i64>,
    pub f32: Option<f32>,
    pub f64: Option<f64>,
    pub text: Option<String>,
    pub uuid: Option<Uuid>,
    pub timestamp: Option<DateTime<Utc>>,
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub decimal: Option<Decimal>,
    pub json: Option<JsonValue>,
    pub jsonb: Option<Jsonb<Size>>,
    pub bytes: Option<Vec<u8>>,
    pub texts: Option<Vec<String>>,
    pub switch: Option<Switch>,
    pub secret: Option<Secret<String>>,
}
