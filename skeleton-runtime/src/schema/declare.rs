//! From the metadata of resources to the schema that they need.

use std::collections::BTreeMap;

use serde_json::{Number, Value as JsonValue};

use super::model::{Bounds, Check, Column, OnDelete, Reference, Schema, Table, Type};
use super::{index, lint};
use crate::db::{Kind, Value};
use crate::resource::{self, Kept, LengthUnit, Meta};

/// What the resources of a program say of its tables.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// # #[resource] pub struct Note { pub id: Uuid, pub title: String }
/// use skeleton_runtime::schema::Declared;
///
/// let declared = Declared::new(&[Note::meta()]);
/// assert!(declared.schema().to_json().contains("notes"));
/// ```
#[derive(Debug, Clone)]
pub struct Declared {
    pub(super) schema: Schema,
    pub(super) renames: Renames,
    pub(super) notes: Vec<String>,
}

/// Names of before, by those of now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Renames {
    pub(super) tables: BTreeMap<String, String>,
    /// By table and column of now.
    pub(super) columns: BTreeMap<(String, String), String>,
}

impl Declared {
    /// Reads the resources; those of the kit are to be left out.
    #[must_use]
    pub fn new(metas: &[&'static Meta]) -> Self {
        let schema = as_read(Schema::new(metas.iter().copied().map(table).collect()));
        let mut renames = Renames::default();
        for meta in metas {
            if let Some(from) = meta.renamed_from {
                renames
                    .tables
                    .insert(meta.table.to_owned(), from.to_owned());
            }
            for column in meta.columns {
                if let Some(from) = column.renamed_from {
                    let key = (meta.table.to_owned(), column.column.to_owned());
                    renames.columns.insert(key, from.to_owned());
                }
            }
        }
        let notes = lint::unserved(metas, &schema);
        Self {
            schema,
            renames,
            notes,
        }
    }

    /// The schema that they need.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Declared sorts and filters that read the whole table, for no index serves them.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// As a snapshot gives it back: a fraction of 17 digits may be another one by its last bit then.
fn as_read(mut schema: Schema) -> Schema {
    for _ in 0..4 {
        match Schema::parse(&schema.to_json()) {
            Ok(read) if read != schema => schema = read,
            _ => break,
        }
    }
    schema
}

fn table(meta: &'static Meta) -> Table {
    Table {
        name: meta.table.to_owned(),
        columns: meta.columns.iter().map(column).collect(),
        indexes: index::of(meta),
    }
}

fn column(column: &resource::Column) -> Column {
    let references = column.references.map(|reference| {
        let target = (reference.target)();
        Reference {
            table: target.table.to_owned(),
            column: target.id_column().column.to_owned(),
            on_delete: match reference.on_delete {
                resource::OnDelete::Restrict => OnDelete::Restrict,
                resource::OnDelete::Cascade => OnDelete::Cascade,
                resource::OnDelete::SetNull => OnDelete::SetNull,
            },
        }
    });
    Column {
        name: column.column.to_owned(),
        kind: kind(column.kind),
        primary_key: column.kept == Some(Kept::Id),
        nullable: column.nullable,
        default: default(column),
        checks: checks(column),
        references,
    }
}

const fn kind(kind: Kind) -> Type {
    match kind {
        Kind::Bool => Type::Bool,
        Kind::I16 => Type::I16,
        Kind::I32 => Type::I32,
        Kind::I64 => Type::I64,
        Kind::F32 => Type::F32,
        Kind::F64 => Type::F64,
        Kind::Text => Type::Text,
        Kind::Bytes => Type::Bytes,
        Kind::Uuid => Type::Uuid,
        Kind::Timestamp => Type::Timestamp,
        Kind::Date => Type::Date,
        Kind::Time => Type::Time,
        Kind::Json => Type::Json,
        Kind::Decimal => Type::Decimal,
        Kind::TextArray => Type::TextArray,
    }
}

/// The default, if it is the same for every row: no time, no id, nothing unique, and nothing secret.
fn default(column: &resource::Column) -> Option<JsonValue> {
    if column.kept == Some(Kept::Version) {
        return Some(JsonValue::from(1));
    }
    if column.unique || column.secret || column.references.is_some() {
        return None;
    }
    let make = column.default?;
    let value = make();
    // What is made up anew each time is none that could stand in a schema.
    if value != make() {
        return None;
    }
    match value {
        Value::Bool(value) => Some(value.into()),
        Value::I16(value) => Some(value.into()),
        Value::I32(value) => Some(value.into()),
        Value::I64(value) => Some(value.into()),
        // By its own digits, not by those of the `f64` next to it.
        Value::F32(value) => {
            Number::from_f64(value.to_string().parse().ok()?).map(JsonValue::Number)
        }
        Value::F64(value) => Number::from_f64(value).map(JsonValue::Number),
        Value::Text(value) => Some(value.into()),
        Value::Decimal(value) => Some(value.to_string().into()),
        Value::Json(value) => (!value.is_null()).then_some(value),
        Value::TextArray(value) => Some(value.into()),
        _ => None,
    }
}

/// The rules that SQL can say exactly. Those of a `Secret` are of what is sent, which may not be what is stored.
fn checks(column: &resource::Column) -> Vec<Check> {
    let mut checks = Vec::new();
    if !column.variants.is_empty() {
        let variants = column.variants.iter().map(|name| (*name).to_owned());
        checks.push(Check::OneOf(variants.collect()));
    }
    if !column.secret {
        checks.extend(
            column
                .checks
                .iter()
                .filter_map(|rule| check(column.kind, rule)),
        );
    }
    checks
}

fn check(kind: Kind, rule: &resource::Check) -> Option<Check> {
    match (kind, rule) {
        (_, resource::Check::Length { unit, min, max }) => {
            let bounds = bounds(min.map(Number::from), max.map(Number::from))?;
            match (kind, unit) {
                (Kind::Bytes, _) | (Kind::Text, LengthUnit::Bytes) => Some(Check::Bytes(bounds)),
                (Kind::TextArray, _) => Some(Check::Items(bounds)),
                (Kind::Text, LengthUnit::Chars) => Some(Check::Chars(bounds)),
                _ => None,
            }
        }
        (
            Kind::I16 | Kind::I32 | Kind::I64 | Kind::Decimal,
            resource::Check::IntRange { min, max },
        ) => bounds(min.map(Number::from), max.map(Number::from)).map(Check::Range),
        (Kind::F32 | Kind::F64, resource::Check::FloatRange { min, max }) => {
            let (min, max) = (min.map(Number::from_f64), max.map(Number::from_f64));
            bounds(min.flatten(), max.flatten()).map(Check::Range)
        }
        // A decimal is held against the exact value of the bound, which only a whole one has in few digits.
        (Kind::Decimal, resource::Check::FloatRange { min, max }) => {
            let (min, max) = (min.map(whole), max.map(whole));
            if min == Some(None) || max == Some(None) {
                return None;
            }
            bounds(min.flatten(), max.flatten()).map(Check::Range)
        }
        _ => None,
    }
}

fn bounds(min: Option<Number>, max: Option<Number>) -> Option<Bounds> {
    (min.is_some() || max.is_some()).then_some(Bounds { min, max })
}

/// The bound as an integer, if it is one.
fn whole(bound: f64) -> Option<Number> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    if bound.fract() != 0.0 || bound.abs() > MOST {
        return None;
    }
    format!("{bound:.0}").parse::<i64>().ok().map(Number::from)
}
