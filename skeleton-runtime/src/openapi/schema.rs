//! The schemas of a resource: its rows, its pages, and the bodies that make and change rows.

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};

use crate::resource::{Column, Include, MOST_ITEMS, Meta, includes};

use super::column::{View, column_schema};
use super::{example, names};

/// A row as answers show it: every visible column, required unless it takes a role to be read.
#[doc(hidden)]
pub fn resource_schema(meta: &'static Meta) -> RefOr<Schema> {
    row(meta).into()
}

/// A row with what may be embedded into it: never required, for it is there where `include` asks for it.
///
/// A target that the document does not declare has its schema in place.
pub(super) fn embedding_schema(
    meta: &'static Meta,
    is_declared: impl Fn(&'static Meta) -> bool,
) -> RefOr<Schema> {
    embedding(meta, row(meta), is_declared)
}

/// What is left of a row where `fields` asks for a part of it: nothing is required.
pub(super) fn fields_schema(
    meta: &'static Meta,
    is_declared: impl Fn(&'static Meta) -> bool,
) -> RefOr<Schema> {
    let text = format!("The part of a `{}` that `fields` asks for.", meta.name);
    let part = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(text));
    let part = shown(meta).fold(part, |object, column| {
        object.property(column.name, column_schema(column, View::Answer))
    });
    embedding(meta, part, is_declared)
}

fn embedding(
    meta: &'static Meta,
    row: ObjectBuilder,
    is_declared: impl Fn(&'static Meta) -> bool,
) -> RefOr<Schema> {
    let relations = includes(meta).into_iter();
    relations
        .fold(row, |object, include| {
            let target = if is_declared(include.target) {
                Ref::from_schema_name(include.target.name).into()
            } else {
                resource_schema(include.target)
            };
            object.property(include.name, embedded(&include, target))
        })
        .into()
}

fn embedded(include: &Include, target: RefOr<Schema>) -> RefOr<Schema> {
    let (name, kind) = (include.name, include.target.name);
    if include.is_many() {
        let text = format!("Each a `{kind}`; there where `include` names `{name}`.");
        return ArrayBuilder::new()
            .items(target)
            .max_items(Some(include.target.page_max as usize))
            .description(Some(text))
            .into();
    }
    let text = format!(
        "There where `include` names `{name}`; null where there is none that the caller may read."
    );
    OneOfBuilder::new()
        .item(target)
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .description(Some(text))
        .into()
}

fn shown(meta: &'static Meta) -> impl Iterator<Item = &'static Column> {
    meta.columns.iter().filter(|column| column.is_visible())
}

fn row(meta: &'static Meta) -> ObjectBuilder {
    let doc = meta.doc.trim();
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    if !doc.is_empty() {
        object = object.description(Some(doc));
    }
    for column in shown(meta) {
        object = object.property(column.name, column_schema(column, View::Answer));
        if column.read_role.is_none() {
            object = object.required(column.name);
        }
    }
    object
}

/// The body of a create; required is what has no default and can't be null.
#[doc(hidden)]
pub fn new_schema(meta: &'static Meta) -> RefOr<Schema> {
    let text = format!("The body of `POST {}`.", meta.path);
    body(meta, text, Column::is_writable_once, is_required)
}

/// The body of an update, a JSON Merge Patch (RFC 7396): what is absent stays as it is, null clears.
#[doc(hidden)]
pub fn changes_schema(meta: &'static Meta) -> RefOr<Schema> {
    let text = format!(
        "The body of `PATCH {}/{{id}}`: what is absent stays as it is, null clears.",
        meta.path
    );
    body(meta, text, Column::is_writable, |_| false)
}

/// The body of a replacement: what is absent takes its default or null.
#[doc(hidden)]
pub fn replace_schema(meta: &'static Meta) -> RefOr<Schema> {
    let text = format!(
        "The body of `PUT {}/{{id}}`: what is absent takes its default or null.",
        meta.path
    );
    body(meta, text, Column::is_writable, is_required)
}

/// The body of a bulk create.
pub(super) fn bulk_schema(meta: &'static Meta) -> RefOr<Schema> {
    let [_, new, ..] = names::schema_names(meta);
    let items = ArrayBuilder::new()
        .items(Ref::from_schema_name(new))
        .min_items(Some(1))
        .max_items(Some(MOST_ITEMS));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(format!(
            "The body of `POST {}/bulk`: all rows are created, or none.",
            meta.path
        )))
        .property("items", items)
        .required("items")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .into()
}

fn body(
    meta: &'static Meta,
    description: String,
    has: fn(&Column) -> bool,
    requires: fn(&Column) -> bool,
) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    for column in meta.columns.iter().filter(|column| has(column)) {
        object = object.property(column.name, column_schema(column, View::Body));
        if requires(column) {
            object = object.required(column.name);
        }
    }
    object.into()
}

/// An example of the body of a create, or of a replacement.
pub(super) fn body_example(meta: &'static Meta, has: fn(&Column) -> bool) -> Option<Value> {
    let columns = meta.columns.iter().filter(|column| has(column));
    example::body(columns.map(|column| (column, is_required(column))))
}

/// An example of a patch: the first of the fields that refers to no other row.
pub(super) fn changes_example(meta: &'static Meta) -> Option<Value> {
    let columns = meta.columns.iter().filter(|column| column.is_writable());
    let mut examples = columns.filter_map(|column| {
        let example = example::body([(column, false)].into_iter())?;
        example
            .as_object()
            .is_some_and(|body| !body.is_empty())
            .then_some(example)
    });
    examples.next()
}

fn is_required(column: &Column) -> bool {
    !column.has_default && !column.nullable && column.write_role.is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::openapi::sample::{ARTICLE, CATEGORY};

    fn json(schema: RefOr<Schema>) -> Value {
        serde_json::to_value(schema).unwrap()
    }

    fn names(schema: &Value) -> Vec<&str> {
        schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect()
    }

    #[test]
    fn a_row_has_all_that_is_visible() {
        let schema = json(resource_schema(&ARTICLE));
        assert_eq!(schema["description"], "An article of the newsroom.");
        assert!(
            schema["properties"].get("draft_key").is_none(),
            "a secret is in no answer"
        );
        assert!(
            schema["properties"].get("cover").is_none(),
            "what is write-only is in no answer"
        );
        assert_eq!(
            schema["required"].as_array().unwrap().len(),
            names(&schema).len()
        );
        let read_only = |name: &str| schema["properties"][name]["readOnly"] == true;
        assert!(
            read_only("id")
                && read_only("slug")
                && read_only("author_id")
                && read_only("created_at")
        );
        assert!(!read_only("title"));
    }

    #[test]
    fn what_may_be_embedded_is_optional() {
        let schema = json(embedding_schema(&ARTICLE, |meta| meta.name == "Comment"));
        let comments = &schema["properties"]["comments"];
        assert_eq!(comments["items"]["$ref"], "#/components/schemas/Comment");
        assert_eq!(comments["maxItems"], 100);
        let category = &schema["properties"]["category"]["oneOf"];
        assert_eq!(
            category[0],
            json(resource_schema(&CATEGORY)),
            "declared nowhere else"
        );
        assert_eq!(category[1], json!({ "type": "null" }));
        let required = schema["required"].as_array().unwrap();
        assert!(!required.contains(&json!("comments")) && !required.contains(&json!("category")));
    }

    #[test]
    fn types_and_formats() {
        let schema = json(resource_schema(&ARTICLE));
        let properties = &schema["properties"];
        assert_eq!(
            properties["title"],
            json!({ "type": "string", "minLength": 1, "maxLength": 200, "description": "Headline, shown in lists.", "examples": ["Title"] })
        );
        assert_eq!(
            properties["views"],
            json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": i32::MAX, "examples": [1] })
        );
        assert_eq!(
            properties["status"],
            json!({ "type": "string", "enum": ["draft", "published", "archived"] })
        );
        assert_eq!(
            properties["mood"],
            json!({ "type": ["string", "null"], "enum": ["calm", "wild", null] })
        );
        assert_eq!(properties["rating"]["type"], json!(["string", "null"]));
        assert_eq!(properties["rating"]["format"], "decimal");
        assert_eq!(
            properties["rating"]["description"],
            "Of 28 digits at most. 0 to 5."
        );
        assert_eq!(properties["metadata"], json!({}), "any JSON, null included");
        assert_eq!(properties["id"]["format"], "uuid");
        assert_eq!(properties["created_at"]["format"], "date-time");
        assert_eq!(properties["day"]["format"], "date");
        assert_eq!(properties["opens_at"]["format"], "time-local");
        assert_eq!(
            properties["tags"],
            json!({ "type": "array", "items": { "type": "string" }, "examples": [["item 1", "item 2"]] })
        );
        assert_eq!(
            properties["category_id"]["description"],
            "Refers to `Category`."
        );
        assert_eq!(
            json(resource_schema(&CATEGORY))["properties"]["id"]["format"],
            "int64"
        );
    }

    #[test]
    fn a_create_requires_what_has_no_default() {
        let schema = json(new_schema(&ARTICLE));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"], json!(["title", "draft_key"]));
        for name in ["id", "slug", "author_id", "created_at"] {
            assert!(
                schema["properties"].get(name).is_none(),
                "{name} is not the caller's to set"
            );
        }
        let cover = &schema["properties"]["cover"];
        assert_eq!(
            *cover,
            json!({ "type": "string", "format": "byte", "contentEncoding": "base64", "writeOnly": true, "examples": ["aGVsbG8="] })
        );
        assert_eq!(schema["properties"]["draft_key"]["format"], "password");
    }

    #[test]
    fn a_patch_requires_nothing_and_a_replacement_what_a_create_does() {
        let patch = json(changes_schema(&ARTICLE));
        assert_eq!(patch["additionalProperties"], false);
        assert!(patch.get("required").is_none());
        assert_eq!(
            patch["properties"]["category_id"]["type"],
            json!(["string", "null"])
        );
        assert_eq!(patch["properties"]["title"]["type"], "string");
        let replacement = json(replace_schema(&ARTICLE));
        assert_eq!(names(&replacement), names(&patch));
        assert_eq!(replacement["required"], json!(["title", "draft_key"]));
    }

    #[test]
    fn what_is_set_once_is_in_the_create_alone() {
        assert_eq!(names(&json(new_schema(&CATEGORY))), ["name"]);
        let patch = json(changes_schema(&CATEGORY));
        assert!(patch.get("properties").is_none());
        assert_eq!(patch["additionalProperties"], false);
    }
}
