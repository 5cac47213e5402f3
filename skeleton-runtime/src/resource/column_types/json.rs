//! JSON, as it comes and as a type of the user's own.

use serde::de::DeserializeOwned;
use serde_json::Value as JsonValue;
use serde_json::value::RawValue as RawJson;

use super::{Read, from_json, not_null};
use crate::db::{Kind, RawColumn, Value};
use crate::resource::column::{ColumnType, Mismatch};

/// PostgreSQL writes every number of `jsonb` out in full, so `1e307` of five characters comes back as 308.
const LARGEST: f64 = 1e100;
const SMALLEST: f64 = 1e-100;

/// What `jsonb` can't store, or not in the space that it was sent in, is refused on both databases.
fn storable(json: &JsonValue) -> Result<(), Mismatch> {
    match json {
        JsonValue::String(text) => without_nul(text),
        JsonValue::Array(items) => items.iter().try_for_each(storable),
        JsonValue::Object(members) => members
            .iter()
            .try_for_each(|(name, member)| without_nul(name).and_then(|()| storable(member))),
        JsonValue::Number(number) => match number.as_f64().map(f64::abs) {
            Some(size) if size > LARGEST || (size > 0.0 && size < SMALLEST) => Err(Mismatch::new(
                "range",
                "has a number that is not between 1e-100 and 1e100",
            )),
            _ => Ok(()),
        },
        JsonValue::Null | JsonValue::Bool(_) => Ok(()),
    }
}

fn without_nul(text: &str) -> Result<(), Mismatch> {
    if text.contains('\0') {
        return Err(Mismatch::new("text", "must not contain U+0000"));
    }
    Ok(())
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
        let value = from_json(json, "JSON, of numbers that are not too large")?;
        storable(&value)?;
        Ok(value)
    }

    fn parse(text: &str) -> Result<Self, Mismatch> {
        serde_json::from_str(text).map_err(|_| Mismatch::expected("JSON"))
    }
}

/// A type of your own in a JSON column.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// /// Where something is.
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
/// pub struct Place {
///     pub latitude: f64,
///     pub longitude: f64,
/// }
///
/// #[resource]
/// pub struct Shop {
///     pub id: Uuid,
///     pub place: Jsonb<Place>,
/// }
/// ```
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
