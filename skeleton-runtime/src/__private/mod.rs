//! What the expansions of the macros name. Not an interface: it changes without notice.

mod column;
mod derived;
mod grouping;
mod guard;
mod payload;
pub mod query;
mod sources;
mod table;
#[cfg(feature = "test-util")]
mod test_kit;
#[cfg(test)]
mod tests;

pub use diesel;
pub use diesel_migrations;
pub use serde;
pub use serde_json::Value as JsonValue;
pub use utoipa;

pub use column::{NamedColumn, NamedTable, TableColumn};
pub use grouping::places;

pub use crate::auth::{Guard, GuardRule, RoleRef, RoleSet, Roles, Rule, Term};
pub use crate::db::{AnyBackend, Row, Value};
pub use crate::openapi;
pub use crate::resource::bounds::{
    CopyOf, DefaultOf, HooksOf, JsonbOf, KeyOf, Of, OptionJsonbOf, OptionOf, OptionSecretJsonbOf,
    OptionSecretOf, ResourceOf, RolesOf, SecretJsonbOf, SecretOf,
};
pub use crate::resource::mounting::{Beside, IsGuarded, IsHandler, IsPlaced};
pub use crate::resource::{
    AnyHooks, Body, Check, Checker, Column, ColumnType, DbEnum, Direction, FromRow, Hooked, Hooks,
    Kept, LengthUnit, Meta, OnDelete, Operation, Overrides, Patch, Payload, Relation, Resource,
    Values, column,
};
pub use crate::{
    __changes_payload as changes_payload, __db_enum as db_enum, __derived as derived,
    __factory as factory, __folder_of_sources as folder_of_sources, __guard as guard,
    __new_payload as new_payload, __queryable as queryable, __row as row, __schemas as schemas,
    __selectable as selectable, __stub_payload as stub_payload, __table as table,
};

#[cfg(feature = "test-util")]
pub use crate::{
    __each_check as each_check, __each_database as each_database, __if_postgres as if_postgres,
    __if_sqlite as if_sqlite,
};

use std::borrow::Cow;
use std::fmt::{Debug, Formatter};

use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer, de};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// The role at `index`.
pub const fn role<R: RoleSet>(index: usize) -> RoleRef {
    RoleRef::new(R::ROLES, index)
}

/// At least the role at `index`.
pub const fn at_least<R: RoleSet>(index: usize) -> Term {
    Term::AtLeast(RoleRef::new(R::ROLES, index))
}

/// The role at `index` and no other.
pub const fn exactly<R: RoleSet>(index: usize) -> Term {
    Term::Exactly(RoleRef::new(R::ROLES, index))
}

/// `length(…)` of `#[garde]`.
pub const fn length(unit: LengthUnit, min: Option<usize>, max: Option<usize>) -> Check {
    Check::Length { unit, min, max }
}

/// `range(…)` of `#[garde]`, for integers.
pub const fn int_range(min: Option<i64>, max: Option<i64>) -> Check {
    Check::IntRange { min, max }
}

/// `range(…)` of `#[garde]`, for floating-point numbers and decimals.
pub const fn float_range(min: Option<f64>, max: Option<f64>) -> Check {
    Check::FloatRange { min, max }
}

/// The value of a default.
pub fn value<T: ColumnType>(default: fn() -> T) -> Value {
    default().into_value()
}

/// The resource that a foreign key of type `K` refers to.
pub const fn target<P: Resource, K>() -> fn() -> &'static Meta {
    P::meta
}

/// The hooks `H` of the resource `T`.
pub fn hooks<T: Resource, H: Hooks<T>>() -> Option<&'static dyn AnyHooks> {
    Some(const { &Hooked::<T, H>::new() })
}

/// The resource that a relation leads to, or goes through.
pub const fn related<T: Resource>() -> fn() -> &'static Meta {
    T::meta
}

/// The value of a `default = …`, told at its place where it is of another type.
#[derive(Debug)]
pub struct Given<T> {
    /// The value.
    pub it: T,
}

/// The default of a type that has one.
pub fn default_of<T: Default>() -> T {
    T::default()
}

/// What a role is before it is known to be `Copy`.
pub const fn copied<T: Copy>(value: &T) -> T {
    *value
}

/// Writes a field whose type is checked where it stands.
pub fn serialize<T: serde::Serialize, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.serialize(serializer)
}

/// What a field is before it is known to be `Clone`.
pub fn cloned<T: Clone>(value: &T) -> T {
    value.clone()
}

/// A field as `{:?}` shows it.
pub fn shown<T: Debug>(value: &T) -> &dyn Debug {
    value
}

/// A struct as a derived `Debug` shows it; a raw name without its `r#`.
///
/// # Errors
///
/// As the formatter's.
pub fn debug(
    formatter: &mut Formatter<'_>,
    name: &str,
    fields: &[(&str, &dyn Debug)],
) -> std::fmt::Result {
    let plain = |name| str::strip_prefix(name, "r#").unwrap_or(name);
    let mut shown = formatter.debug_struct(plain(name));
    for (field, value) in fields {
        shown.field(plain(field), value);
    }
    shown.finish()
}

/// Whether a field of two rows is the same.
pub fn is_same<T: PartialEq>(one: &T, other: &T) -> bool {
    one == other
}

/// Reads an enum of a row from its text, or a nullable one from NULL.
pub fn from_text<T: ColumnType>(text: Option<String>) -> diesel::deserialize::Result<T> {
    match text {
        Some(text) => T::parse(&text).map_err(|mismatch| mismatch.message.into()),
        None => T::from_raw(None),
    }
}

/// Reads a document of a row, or a nullable one from NULL.
pub fn from_document<T: ColumnType + DeserializeOwned>(
    json: Option<JsonValue>,
) -> diesel::deserialize::Result<T> {
    match json {
        // An `Option` takes it for none at all, and it is a document like others.
        Some(JsonValue::Null) => T::parse("null").map_err(|mismatch| mismatch.message.into()),
        Some(json) => Ok(T::deserialize(json)?),
        None => T::from_raw(None),
    }
}

fn expected_one_of(variants: &[&str]) -> String {
    format!("expected one of: {}", variants.join(", "))
}

/// Reads an enum by its name on the wire.
pub fn deserialize_db_enum<'de, T: DbEnum, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let name = Cow::<'de, str>::deserialize(deserializer)?;
    T::from_name(&name).ok_or_else(|| de::Error::custom(expected_one_of(T::VARIANTS)))
}

/// Reads an enum from a text column.
pub fn db_enum_from_name<T: DbEnum>(name: &str) -> diesel::deserialize::Result<T> {
    T::from_name(name).ok_or_else(|| expected_one_of(T::VARIANTS).into())
}

/// The schema of an enum: a string of its names.
pub fn db_enum_schema<T: DbEnum>() -> RefOr<Schema> {
    RefOr::T(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(T::VARIANTS.iter().copied()))
            .into(),
    )
}

/// `Vec<u8>` in base64, as the endpoints write it.
pub mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::Serializer;

    /// Writes the bytes in base64.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&base64::display::Base64Display::new(bytes, &STANDARD))
    }

    /// Reads bytes in base64.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        STANDARD
            .decode(text.as_bytes())
            .map_err(serde::de::Error::custom)
    }
}

/// `Option<Vec<u8>>` in base64, as the endpoints write it.
pub mod base64_bytes_option {
    use serde::Serializer;

    /// Writes the bytes in base64, or null.
    pub fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => super::base64_bytes::serialize(bytes, serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// What benchmarks measure by itself.
#[cfg(feature = "test-util")]
pub mod parts {
    pub use crate::auth::parts::Tokens;
    pub use crate::resource::parts::{List, Parts, merged, read_changes};
}
