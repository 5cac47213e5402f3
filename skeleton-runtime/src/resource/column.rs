//! The Rust types that a field of a resource may have.

use std::borrow::Cow;

use serde_json::value::RawValue as RawJson;

use crate::db::{Kind, RawColumn, Row, Value};

use super::check::Checked;

/// Why a text or a piece of JSON is not of a column's type.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Machine-readable, as `type` or `enum`.
    pub code: &'static str,
    /// What was expected.
    pub message: Cow<'static, str>,
}

impl Mismatch {
    /// A mismatch that says what was expected.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// A value of another type than `what`.
    pub(super) fn expected(what: &str) -> Self {
        Self::new("type", format!("expected {what}"))
    }
}

/// A type that a field of a `#[resource]` may have.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a resource",
    label = "not a column type",
    note = "fields are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Uuid`, `DateTime<Utc>`, `NaiveDate`, \
            `NaiveTime`, `Decimal`, `JsonValue`, `Jsonb<T>`, `Vec<u8>`, `Vec<String>`, `Secret<T>`, \
            an enum with `#[derive(DbEnum)]`, and `Option` of each"
)]
pub trait ColumnType: Sized + Send + Sync + 'static {
    /// How it is stored.
    const KIND: Kind;
    /// Whether it may be NULL.
    const NULLABLE: bool = false;
    /// Whether it is in no answer.
    const SECRET: bool = false;
    /// The values of an enum, as on the wire and in the database.
    const VARIANTS: &'static [&'static str] = &[];

    /// The value to bind.
    fn into_value(self) -> Value;

    /// Reads a column of a row; `None` is NULL.
    ///
    /// # Errors
    ///
    /// When the stored value is not one of this type.
    fn from_raw(raw: Option<RawColumn<'_>>) -> diesel::deserialize::Result<Self>;

    /// Reads the value of a body's field.
    ///
    /// # Errors
    ///
    /// When the JSON is not one of this type; becomes a fault of a 422.
    fn from_json(json: &RawJson) -> Result<Self, Mismatch>;

    /// Reads the value of a query parameter.
    ///
    /// # Errors
    ///
    /// When the text is not one of this type; becomes a fault of a 400.
    fn parse(text: &str) -> Result<Self, Mismatch>;

    /// The value as the rules of `#[garde(…)]` see it.
    fn checked(&self) -> Checked<'_> {
        Checked::Nothing
    }
}

/// Reads column `index` of a row.
///
/// # Errors
///
/// When the row has no such column, or the stored value is not one of `T`.
#[doc(hidden)]
pub fn column<T: ColumnType>(row: &Row<'_>, index: usize) -> diesel::deserialize::Result<T> {
    T::from_raw(row.raw(index)?)
}

/// A text enum; made with `#[derive(DbEnum)]`.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::resource::DbEnum as _;
///
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
/// enum Status {
///     Draft,
///     InReview,
/// }
///
/// assert_eq!(Status::InReview.as_str(), "in_review");
/// assert_eq!(Status::from_name("draft"), Some(Status::Draft));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text enum",
    label = "needs `#[derive(DbEnum)]`"
)]
pub trait DbEnum: Sized + Send + Sync + 'static {
    /// The values as on the wire and in the database, in the order of the variants.
    const VARIANTS: &'static [&'static str];

    /// All variants, in the order of [`DbEnum::VARIANTS`].
    const ALL: &'static [Self];

    /// The place of this variant.
    fn index(&self) -> usize;

    /// The variant at this place.
    ///
    /// # Panics
    ///
    /// Where there are not that many.
    fn at(index: usize) -> Self;

    /// This variant as on the wire and in the database.
    fn as_str(&self) -> &'static str {
        Self::VARIANTS[self.index()]
    }

    /// The variant of this name.
    fn from_name(name: &str) -> Option<Self> {
        let index = Self::VARIANTS.iter().position(|known| *known == name)?;
        Some(Self::at(index))
    }
}
