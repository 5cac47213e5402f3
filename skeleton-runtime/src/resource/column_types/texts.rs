//! Texts, bytes and ids.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::RawValue as RawJson;
use uuid::Uuid;

use super::{Read, from_json, not_null};
use crate::db::{Kind, RawColumn, Value};
use crate::resource::check::Checked;
use crate::resource::column::{ColumnType, Mismatch};

/// PostgreSQL can't store it in a text, so neither database may.
fn without_nul(text: String) -> Result<String, Mismatch> {
    if text.contains('\0') {
        Err(Mismatch::new("text", "must not contain U+0000"))
    } else {
        Ok(text)
    }
}

impl ColumnType for String {
    const KIND: Kind = Kind::Text;

    fn into_value(self) -> Value {
        Value::Text(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_str().map(str::to_owned)
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        without_nul(from_json(json, "a string")?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        without_nul(text.to_owned())
    }

    fn checked(&self) -> Checked<'_> {
        Checked::Text(self)
    }
}

const UUID: &str = "a UUID, as in 0198c0de-7a4b-7000-8000-000000000000";

/// The hyphenated form alone: an id has one spelling.
fn uuid(text: &str) -> Result<Uuid, Mismatch> {
    match Uuid::try_parse(text) {
        Ok(uuid) if text.len() == uuid::fmt::Hyphenated::LENGTH => Ok(uuid),
        _ => Err(Mismatch::expected(UUID)),
    }
}

impl ColumnType for Uuid {
    const KIND: Kind = Kind::Uuid;

    fn into_value(self) -> Value {
        Value::Uuid(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_uuid()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        uuid(&from_json::<String>(json, UUID)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        uuid(text)
    }
}

const BYTES: &str = "bytes in base64";

impl ColumnType for Vec<u8> {
    const KIND: Kind = Kind::Bytes;

    fn into_value(self) -> Value {
        Value::Bytes(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_bytes().map(<[u8]>::to_vec)
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        Self::parse(&from_json::<String>(json, BYTES)?)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        BASE64.decode(text).map_err(|_| Mismatch::expected(BYTES))
    }

    fn checked(&self) -> Checked<'_> {
        Checked::Count(self.len())
    }
}

impl ColumnType for Vec<String> {
    const KIND: Kind = Kind::TextArray;

    fn into_value(self) -> Value {
        Value::TextArray(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        not_null(raw)?.as_text_array()
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        let texts: Self = from_json(json, "a list of strings")?;
        texts.into_iter().map(without_nul).collect()
    }

    fn parse(_text: &str) -> Result<Self, Mismatch> {
        Err(Mismatch::new("type", "a list can't be compared"))
    }

    fn checked(&self) -> Checked<'_> {
        Checked::Count(self.len())
    }
}
