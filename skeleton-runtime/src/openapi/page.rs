//! Schemas of several rows at once.

use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, SchemaFormat, SchemaType};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema, Type};

use crate::resource::Meta;

use super::{example, names};

/// A page of rows, and the cursor of the next.
#[doc(hidden)]
pub fn page_schema(meta: &'static Meta) -> RefOr<Schema> {
    let text = format!("A page of {}.", names::words(&names::plural(meta)));
    page_of(meta, meta.name, text)
}

/// A page of parts of rows.
pub(super) fn fields_page_schema(meta: &'static Meta) -> RefOr<Schema> {
    let many = names::words(&names::plural(meta));
    let text = format!("A page of {many}, with what `fields` asks for.");
    let [.., part, _] = names::schema_names(meta);
    page_of(meta, &part, text)
}

fn page_of(meta: &'static Meta, item: &str, description: String) -> RefOr<Schema> {
    let cursor = ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
        .description(Some("The `cursor` of the next page; null on the last one."))
        .examples([example::CURSOR]);
    let total = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .description(Some(
            "The number of rows on all pages, where `count=true` asks for it.",
        ))
        .examples([1]);
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .property(
            "items",
            ArrayBuilder::new()
                .items(Ref::from_schema_name(item))
                .max_items(Some(meta.page_max as usize)),
        )
        .required("items")
        .property("next_cursor", cursor)
        .required("next_cursor")
        .property("total", total)
        .into()
}

/// The rows that a bulk create made.
pub(super) fn bulk_answer_schema(meta: &'static Meta) -> RefOr<Schema> {
    let items = ArrayBuilder::new().items(Ref::from_schema_name(meta.name));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("The rows that were made, in the order of the body."))
        .property("items", items)
        .required("items")
        .into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::openapi::sample::ARTICLE;

    #[test]
    fn a_page_has_rows_and_a_cursor() {
        let schema = serde_json::to_value(page_schema(&ARTICLE)).unwrap();
        assert_eq!(
            schema["properties"]["items"]["items"]["$ref"],
            "#/components/schemas/Article"
        );
        assert_eq!(
            schema["properties"]["next_cursor"]["type"],
            json!(["string", "null"])
        );
        assert_eq!(schema["required"], json!(["items", "next_cursor"]));
    }
}
