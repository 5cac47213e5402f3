//! The schema of one column.

use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, SchemaFormat, SchemaType};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use crate::db::Kind;
use crate::resource::{Column, Kept};

use super::check::Facets;
use super::example;

/// Where the value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// In an answer.
    Answer,
    /// In the body of a request.
    Body,
    /// In the path or the query string: never null, and free of the rules for what may be stored.
    Parameter,
}

/// The schema of a column's value.
pub(super) fn column_schema(column: &Column, view: View) -> RefOr<Schema> {
    let facets = match view {
        View::Answer | View::Body => Facets::of(column),
        View::Parameter => Facets::of_kind(column.kind),
    };
    let description = match view {
        View::Answer | View::Body => describe(column, &facets.notes),
        // The parameter itself has one.
        View::Parameter => None,
    };
    if column.kind == Kind::TextArray && view != View::Parameter {
        list(column, &facets, description)
    } else {
        scalar(column, view, facets, description)
    }
}

fn list(column: &Column, facets: &Facets, description: Option<String>) -> RefOr<Schema> {
    let mut types = vec![Type::Array];
    if column.nullable {
        types.push(Type::Null);
    }
    ArrayBuilder::new()
        .schema_type(schema_type(types))
        .items(ObjectBuilder::new().schema_type(Type::String))
        .min_items(facets.length.0)
        .max_items(facets.length.1)
        .examples(example::of_column(column))
        .description(description)
        .into()
}

fn scalar(
    column: &Column,
    view: View,
    facets: Facets,
    description: Option<String>,
) -> RefOr<Schema> {
    let nullable = column.nullable && view != View::Parameter;
    let (types, format) = wire(column, view);
    let mut object = ObjectBuilder::new()
        .schema_type(with_null(types, nullable))
        .format(
            facets
                .format
                .or(format)
                .map(|format| SchemaFormat::Custom(format.to_owned())),
        )
        .description(description)
        .pattern(facets.pattern)
        .min_length(facets.length.0)
        .max_length(facets.length.1)
        .enum_values(variants(column, nullable))
        .examples(example_in(column, view));
    object = match (facets.integers, facets.floats) {
        ((None, None), (min, max)) => object.minimum(min).maximum(max),
        ((min, max), _) => object.minimum(min).maximum(max),
    };
    if column.kind == Kind::Bytes {
        object = object.content_encoding("base64");
    }
    if view == View::Answer && !column.is_writable_once() {
        object = object.read_only(true);
    }
    if view == View::Body && !column.is_visible() {
        object = object.write_only(true);
    }
    object.into()
}

/// Names of variants are examples enough. What may be filtered is also what may be stored.
fn example_in(column: &Column, view: View) -> Option<Value> {
    let is_text = column.kind == Kind::TextArray && view == View::Parameter;
    if is_text || !column.variants.is_empty() {
        return None;
    }
    example::of_column(column)
}

/// The types in JSON, none of them `null`, and the format.
fn wire(column: &Column, view: View) -> (Vec<Type>, Option<&'static str>) {
    let any = [
        Type::Object,
        Type::Array,
        Type::String,
        Type::Number,
        Type::Boolean,
    ];
    match column.kind {
        Kind::Bool => (vec![Type::Boolean], None),
        Kind::I16 | Kind::I32 => (vec![Type::Integer], Some("int32")),
        Kind::I64 => (vec![Type::Integer], Some("int64")),
        Kind::F32 => (vec![Type::Number], Some("float")),
        Kind::F64 => (vec![Type::Number], Some("double")),
        Kind::Text => (vec![Type::String], column.secret.then_some("password")),
        Kind::Bytes => (vec![Type::String], Some("byte")),
        Kind::Uuid => (vec![Type::String], Some("uuid")),
        Kind::Timestamp => (vec![Type::String], Some("date-time")),
        Kind::Date => (vec![Type::String], Some("date")),
        // `time` would be RFC 3339's full-time, which has an offset; OpenAPI's registry has this one for those without.
        Kind::Time => (vec![Type::String], Some("time-local")),
        Kind::Decimal => (vec![Type::String], Some("decimal")),
        Kind::Json if view != View::Parameter => (any.into(), None),
        Kind::Json | Kind::TextArray => (vec![Type::String], None),
    }
}

fn with_null(mut types: Vec<Type>, nullable: bool) -> SchemaType {
    match (types.len(), nullable) {
        // Every type there is says nothing.
        (2.., true) => return SchemaType::AnyValue,
        (_, true) => types.push(Type::Null),
        (_, false) => {}
    }
    schema_type(types)
}

fn schema_type(mut types: Vec<Type>) -> SchemaType {
    match types.pop() {
        Some(only) if types.is_empty() => SchemaType::Type(only),
        Some(last) => {
            types.push(last);
            SchemaType::Array(types)
        }
        None => SchemaType::AnyValue,
    }
}

fn variants(column: &Column, nullable: bool) -> Option<Vec<Value>> {
    if column.variants.is_empty() {
        return None;
    }
    let names = column.variants.iter().map(|name| Value::from(*name));
    Some(names.chain(nullable.then_some(Value::Null)).collect())
}

/// The doc comment, then what the schema itself can't say.
fn describe(column: &Column, notes: &[String]) -> Option<String> {
    let kept = column
        .kept
        .filter(|_| column.doc.is_empty())
        .map(|kept| match kept {
            Kept::Id => "Made by the server.",
            Kept::Owner => "The account that made the row.",
            Kept::CreatedAt => "When the row was made.",
            Kept::UpdatedAt => "When the row was last written.",
            Kept::DeletedAt => "When the row was deleted.",
            Kept::Version => "How often the row was written.",
        });
    let reference = column
        .references
        .map(|reference| format!("Refers to `{}`.", (reference.target)().name));
    let told_to = column
        .read_role
        .map(|role| format!("Read by {}.", role.name()));
    let set_by = column
        .write_role
        .map(|role| format!("Written by {}.", role.name()));
    let roles = told_to.as_deref().into_iter().chain(set_by.as_deref());
    let mut sentences: Vec<&str> = kept.into_iter().chain(reference.as_deref()).collect();
    sentences.extend(roles);
    if column.unique && column.kept != Some(Kept::Id) {
        sentences.push("No two rows share a value.");
    }
    if column.immutable {
        sentences.push("Set at creation and never again.");
    }
    sentences.extend(notes.iter().map(String::as_str));
    let paragraphs = [column.doc.trim().to_owned(), sentences.join(" ")];
    let text = paragraphs
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    (!text.is_empty()).then_some(text)
}
