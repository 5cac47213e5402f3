//! JSON, as it comes and as a type of the user's own.

use serde::de::DeserializeOwned;
use serde_json::Value as JsonValue;
use serde_json::value::RawValue as RawJson;

use super::{Read, from_json, not_null};
use crate::db::{Kind, RawColumn, Value};
use crate::resource::column::{ColumnType, Mismatch};

/// PostgreSQL can't store U+0000 within `jsonb` either.
fn json_without_nul(json: &JsonValue) -> bool {
    match json {
        JsonValue::String(text) => !text.contains('\0'),
        JsonValue::Array(items) => items.iter().all(json_without_nul),
        JsonValue::Object(members) => members
            .iter()
            .all(|(name, member)| !name.contains('\0') && json_without_nul(member)),
        _ => true,
    }
}

impl ColumnType for JsonValue {
    const KIND: Kind = Kind::Json;

    fn into_value(self) -> Value {
        Value::Json(self)
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        Ok(serde_json::from_str(not_null(raw)?.as_json()?)?)
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        let value = from_json(json, "JSON")?;
        if json_without_nul(&value) {
            Ok(value)
        } else {
            Err(Mismatch::new("text", "must not contain U+0000"))
        }
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        serde_json::from_str(text).map_err(|_| Mismatch::expected("JSON"))
    }
}

/// A type of your own in a JSON column.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Jsonb<T>(pub T);

impl<T> ColumnType for Jsonb<T>
where
    T: serde::Serialize + DeserializeOwned + Send + Sync + 'static,
{
    const KIND: Kind = Kind::Json;

    /// # Panics
    ///
    /// When `T` has no form in JSON, as a map whose keys are not texts.
    fn into_value(self) -> Value {
        let json = serde_json::to_value(self.0);
        Value::Json(
            json.unwrap_or_else(|error| panic!("a Jsonb field has no form in JSON: {error}")),
        )
    }

    fn from_raw(raw: Option<RawColumn<'_>>) -> Read<Self> {
        Ok(Self(serde_json::from_str(not_null(raw)?.as_json()?)?))
    }

    fn from_json(json: &RawJson) -> Result<Self, Mismatch> {
        let value = JsonValue::from_json(json)?;
        T::deserialize(value)
            .map(Self)
            .map_err(|error| Mismatch::new("type", error.to_string()))
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        serde_json::from_str(text)
            .map(Self)
            .map_err(|_| Mismatch::expected("JSON"))
    }
}
