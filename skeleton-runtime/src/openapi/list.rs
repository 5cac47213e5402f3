//! The parameters of a list: paging, order, and a filter for each column that may be filtered.

use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Required, Schema, Type};

use crate::resource::{Column, Direction, MOST_VALUES, MOST_WORDS, Meta, Operator, include_paths};

use super::column::{View, column_schema};
use super::example;

/// All parameters of the list of `meta`, in the order in which a reader needs them.
pub(super) fn parameters(meta: &'static Meta) -> Vec<Parameter> {
    let filters = meta.columns.iter();
    [limit(meta), cursor()]
        .into_iter()
        .chain([sort(meta), count(), fields(meta)])
        .chain(include(meta))
        .chain(search(meta))
        .chain(filters.flat_map(filters_of))
        .collect()
}

fn limit(meta: &Meta) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::Custom("int32".to_owned())))
        .minimum(Some(1))
        .maximum(Some(meta.page_max))
        .default(Some(Value::from(meta.page_default)))
        .examples([meta.page_default]);
    query("limit")
        .description(Some("How many rows a page has."))
        .schema(Some(schema))
        .build()
}

fn cursor() -> Parameter {
    query("cursor")
        .description(Some("Where the page begins: the `next_cursor` of the page before, under the same sort and filters."))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^[A-Za-z0-9_-]+$"))
                .examples([example::CURSOR]),
        ))
        .build()
}

/// The id is always among them.
fn sort(meta: &Meta) -> Parameter {
    let is_id = |column: &Column| column.name == meta.id_column().name;
    let sortable = meta
        .columns
        .iter()
        .filter(|column| (column.sort || is_id(column)) && column.is_visible());
    let keys: Vec<Value> = sortable
        .flat_map(|column| {
            [
                Value::from(column.name),
                Value::from(format!("-{}", column.name)),
            ]
        })
        .collect();
    let example = keys.first().cloned().map(|key| Value::Array(vec![key]));
    let schema = names_of(keys).default(default_sort(meta)).examples(example);
    query("sort")
        .description(Some(
            "The order: fields with commas between them, `-` before one that descends. The id breaks ties; null counts \
             as the largest value.",
        ))
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .schema(Some(schema))
        .build()
}

/// Each name at most once, with commas between them.
fn names_of(names: Vec<Value>) -> ArrayBuilder {
    ArrayBuilder::new()
        .items(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(names)),
        )
        .min_items(Some(1))
        .unique_items(true)
}

/// As in the URL; `None` where it is by id alone.
fn default_sort(meta: &Meta) -> Option<Value> {
    let key = |(index, direction): &(usize, Direction)| {
        let name = meta.columns.get(*index)?.name;
        Some(match direction {
            Direction::Ascending => Value::from(name),
            Direction::Descending => Value::from(format!("-{name}")),
        })
    };
    let keys: Vec<Value> = meta.sort.iter().filter_map(key).collect();
    (!keys.is_empty()).then_some(Value::Array(keys))
}

/// The filters that a column's type allows.
fn filters_of(column: &'static Column) -> impl Iterator<Item = Parameter> {
    Operator::of(column).map(move |operator| filter(column, operator))
}

fn filter(column: &Column, operator: Operator) -> Parameter {
    let name = column.name;
    let description = match operator {
        Operator::Eq => format!("Only rows whose `{name}` equals this."),
        Operator::Ne => format!("Only rows whose `{name}` does not equal this; null does not."),
        Operator::Gt => format!("Only rows whose `{name}` is greater."),
        Operator::Gte => format!("Only rows whose `{name}` is greater or equal."),
        Operator::Lt => format!("Only rows whose `{name}` is less."),
        Operator::Lte => format!("Only rows whose `{name}` is less or equal."),
        Operator::In => {
            format!("Only rows whose `{name}` is one of these; a comma in a value is `\\,`.")
        }
        Operator::Nin => format!(
            "Only rows whose `{name}` is none of these; null is none. A comma in a value is `\\,`."
        ),
        Operator::Contains => {
            format!("Only rows whose `{name}` has this text in it, in upper or lower case.")
        }
        Operator::StartsWith => {
            format!("Only rows whose `{name}` begins with this text, in upper or lower case.")
        }
        Operator::IsNull => format!("Only rows whose `{name}` is null, or is not."),
    };
    let parameter = query(&operator.parameter(name)).description(Some(description));
    match operator {
        Operator::In | Operator::Nin => {
            let schema = ArrayBuilder::new()
                .items(without_example(column_schema(column, View::Parameter)))
                .min_items(Some(1))
                .max_items(Some(MOST_VALUES))
                .examples(example::of_column(column).map(|value| Value::Array(vec![value])));
            let parameter = parameter
                .style(Some(ParameterStyle::Form))
                .explode(Some(false));
            parameter.schema(Some(schema)).build()
        }
        Operator::IsNull => parameter
            .schema(Some(
                ObjectBuilder::new()
                    .schema_type(Type::Boolean)
                    .examples([true]),
            ))
            .build(),
        Operator::Contains | Operator::StartsWith => parameter
            .schema(Some(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .examples(example::of_column(column)),
            ))
            .build(),
        _ => parameter
            .schema(Some(column_schema(column, View::Parameter)))
            .build(),
    }
}

/// The list has one.
fn without_example(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.examples.clear();
    }
    schema
}

fn count() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .default(Some(Value::Bool(false)))
        .examples([true]);
    let description = "Whether the answer has `total`, the number of rows on all pages.";
    query("count")
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// `fields`, of a list and of a single row.
pub(super) fn fields(meta: &Meta) -> Parameter {
    let visible = meta.columns.iter().filter(|column| column.is_visible());
    let names: Vec<Value> = visible.map(|column| Value::from(column.name)).collect();
    let example = Value::from(names.iter().take(2).cloned().collect::<Vec<_>>());
    let schema = names_of(names).examples([example]);
    query("fields")
        .description(Some(
            "Only these fields, with commas between them: then the answer is a part of the whole one.",
        ))
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .schema(Some(schema))
        .build()
}

/// `include`, of a list and of a single row; absent where nothing can be included.
pub(super) fn include(meta: &'static Meta) -> Option<Parameter> {
    let paths = include_paths(meta);
    let many = paths.iter().filter(|(_, include)| include.is_many());
    let mut caps: Vec<_> = many
        .map(|(path, include)| {
            format!(
                "`{path}` has the first {} of a row",
                include.target.page_max
            )
        })
        .collect();
    let names: Vec<Value> = paths
        .into_iter()
        .map(|(path, _)| Value::from(path))
        .collect();
    if names.is_empty() {
        return None;
    }
    let mut description =
        "Related rows to embed, with commas between them, as far as the caller may read them; a \
                           longer path stands for all that it goes through."
            .to_owned();
    if let Some(last) = caps.pop() {
        let first = caps.iter().map(|cap| format!("{cap}, "));
        description = format!(
            "{description} {}{last}, in the default order of their list: for more, list them with a filter.",
            first.collect::<String>()
        );
    }
    let example = names.first().cloned().map(|name| Value::Array(vec![name]));
    let schema = names_of(names).examples(example);
    let parameter = query("include")
        .description(Some(description))
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .schema(Some(schema));
    Some(parameter.build())
}

/// Absent where no column is searched.
fn search(meta: &Meta) -> Option<Parameter> {
    let searched = meta
        .columns
        .iter()
        .filter(|column| column.search && column.is_visible());
    let names: Vec<_> = searched
        .map(|column| format!("`{}`", column.name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let description = format!(
        "One to {MOST_WORDS} words, each of which must be in {}, in upper or lower case.",
        names.join(" or ")
    );
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!(
            "^\\s*\\S+(\\s+\\S+){{0,{}}}\\s*$",
            MOST_WORDS - 1
        )))
        .examples(["two words"]);
    Some(
        query("q")
            .description(Some(description))
            .schema(Some(schema))
            .build(),
    )
}

fn query(name: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::openapi::sample::{ARTICLE, CATEGORY};

    fn by_name(meta: &'static Meta) -> BTreeMap<String, Value> {
        let json = |parameter: Parameter| {
            (
                parameter.name.clone(),
                serde_json::to_value(parameter).unwrap(),
            )
        };
        parameters(meta).into_iter().map(json).collect()
    }

    #[test]
    fn paging_has_the_sizes_of_the_resource() {
        let limit = &by_name(&ARTICLE)["limit"];
        assert_eq!(
            limit["schema"],
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 100, "default": 20, "examples": [20] })
        );
        assert_eq!(limit["required"], false);
    }

    #[test]
    fn sorts_are_those_of_the_sortable_fields() {
        let parameters = by_name(&ARTICLE);
        let sort = &parameters["sort"];
        assert_eq!(
            (&sort["style"], &sort["explode"]),
            (&json!("form"), &json!(false))
        );
        assert_eq!(
            sort["schema"]["items"]["enum"],
            json!([
                "id",
                "-id",
                "title",
                "-title",
                "status",
                "-status",
                "created_at",
                "-created_at"
            ])
        );
        assert_eq!(sort["schema"]["default"], json!(["-created_at"]));
        assert_eq!(
            by_name(&CATEGORY)["sort"]["schema"]["items"]["enum"],
            json!(["id", "-id"]),
            "no field is marked"
        );
    }

    #[test]
    fn includes_are_the_paths_that_may_be_embedded() {
        let include = &by_name(&ARTICLE)["include"];
        assert_eq!(
            include["schema"]["items"]["enum"],
            json!(["category", "comments"])
        );
        let description = include["description"].as_str().unwrap();
        assert!(
            description.contains("`comments` has the first 100 of a row,"),
            "{description}"
        );
        assert!(
            !by_name(&CATEGORY).contains_key("include"),
            "nothing to include"
        );
    }

    #[test]
    fn each_filterable_field_has_its_type_without_the_rules_of_storing() {
        let parameters = by_name(&ARTICLE);
        assert_eq!(
            parameters["title"]["schema"],
            json!({ "type": "string", "examples": ["Title"] })
        );
        assert_eq!(
            parameters["status"]["schema"],
            json!({ "type": "string", "enum": ["draft", "published", "archived"] })
        );
        assert_eq!(
            parameters["category_id"]["schema"],
            json!({ "type": "string", "format": "uuid", "examples": [example::ID] })
        );
        assert_eq!(parameters["views"]["schema"]["minimum"], i32::MIN);
        assert!(!parameters.contains_key("metadata"));
    }
}
