//! The operations of a resource.

use serde_json::{Value, json};
use utoipa::openapi::path::{
    HttpMethod, Operation as ApiOperation, OperationBuilder, Parameter, ParameterBuilder,
    ParameterIn,
};
use utoipa::openapi::schema::SchemaFormat;
use utoipa::openapi::{
    Header, HeaderBuilder, ObjectBuilder, RefOr, Required, Response, ResponseBuilder, Schema, Type,
};

use crate::auth::Rule;
use crate::resource::{Column, Meta, Operation};

use super::codes::codes_of;
use super::column::{View, column_schema};
use super::operation::{self, Endpoint, JSON, answer, answer_any};
use super::problem::{ALWAYS, Problems};
use super::{example, list, names, page, schema};

/// RFC 7396, section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// A resource with the rules that hold, by [`Operation`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) meta: &'static Meta,
    pub(super) rules: [Rule; 8],
}

impl Entry {
    /// The operations that have a route; `all` are the resources of the service, for what they say of each other.
    pub(super) fn endpoints(self, all: &[Self], problems: &mut Problems) -> Vec<Endpoint> {
        let endpoint = |operation| self.endpoint(operation, all, problems);
        self.meta.routed().map(endpoint).collect()
    }

    fn endpoint(self, operation: Operation, all: &[Self], problems: &mut Problems) -> Endpoint {
        let meta = self.meta;
        let rule = self.rules[operation as usize];
        let mut built = build(meta, operation);
        operation::tell_rule(&mut built, rule);
        let mut codes = operation::refusals(rule).to_vec();
        codes.extend(ALWAYS);
        codes.extend(codes_of(meta, operation, all));
        problems.declare(&mut built, &codes);
        let (path, method) = route(meta, operation);
        Endpoint {
            path,
            method,
            operation: built,
        }
    }

    /// The component schemas that the operations refer to.
    ///
    /// `all` are the resources of the service: a row of one of them is embedded by name.
    pub(super) fn schemas(self, all: &[Self]) -> Vec<(String, RefOr<Schema>)> {
        let meta = self.meta;
        let is_declared =
            |meta: &'static Meta| all.iter().any(|entry| std::ptr::eq(entry.meta, meta));
        let [
            row,
            new,
            changes,
            replacement,
            page,
            bulk,
            bulk_answer,
            part,
            parts,
        ] = names::schema_names(meta);
        let mut schemas = vec![(row, schema::embedding_schema(meta, is_declared))];
        for operation in meta.routed() {
            match operation {
                Operation::List => schemas.extend([
                    (page.clone(), page::page_schema(meta)),
                    (parts.clone(), page::fields_page_schema(meta)),
                    (part.clone(), schema::fields_schema(meta, is_declared)),
                ]),
                Operation::Get => {
                    schemas.push((part.clone(), schema::fields_schema(meta, is_declared)));
                }
                Operation::Create => schemas.push((new.clone(), schema::new_schema(meta))),
                Operation::Update => schemas.push((changes.clone(), schema::changes_schema(meta))),
                Operation::Replace => {
                    schemas.push((replacement.clone(), schema::replace_schema(meta)));
                }
                Operation::Bulk => schemas.extend([
                    (new.clone(), schema::new_schema(meta)),
                    (bulk.clone(), schema::bulk_schema(meta)),
                    (bulk_answer.clone(), page::bulk_answer_schema(meta)),
                ]),
                Operation::Delete | Operation::Restore => {}
            }
        }
        schemas
    }
}

/// The parameter that names a row of `meta`.
pub(super) fn id_parameter(meta: &Meta, name: &str) -> Parameter {
    let description = format!("Which of the {}.", names::words(&names::plural(meta)));
    operation::path_parameter(
        name,
        Some(description),
        column_schema(meta.id_column(), View::Parameter),
    )
}

fn route(meta: &Meta, operation: Operation) -> (String, HttpMethod) {
    let path = match operation {
        Operation::Bulk => format!("{}/bulk", meta.path),
        Operation::Restore => format!("{}/{{id}}/restore", meta.path),
        Operation::List | Operation::Create => meta.path.to_owned(),
        Operation::Get | Operation::Update | Operation::Replace | Operation::Delete => {
            format!("{}/{{id}}", meta.path)
        }
    };
    (path, operation::method_of(operation))
}

/// The operation with its id, tag and summary.
fn introduce(meta: &Meta, operation: Operation) -> OperationBuilder {
    let (one, many) = (names::singular(meta), names::plural(meta));
    let verb = match operation {
        Operation::List => {
            let summary = format!("Lists {}", names::words(&many));
            return operation::operation(format!("list_{many}"), &many, summary);
        }
        Operation::Bulk => {
            let summary = format!("Creates many {}", names::words(&many));
            return operation::operation(format!("create_many_{many}"), &many, summary);
        }
        Operation::Get => "Reads",
        Operation::Create => "Creates",
        Operation::Update => "Changes",
        Operation::Replace => "Replaces",
        Operation::Delete => "Deletes",
        Operation::Restore => "Restores",
    };
    let summary = format!("{verb} one {}", names::words(&one));
    operation::operation(format!("{}_{one}", operation.name()), &many, summary)
}

/// The operation but for its rule and its problems.
fn build(meta: &'static Meta, operation: Operation) -> ApiOperation {
    let asked = asked(meta, operation, introduce(meta, operation));
    answered(meta, operation, asked).build()
}

/// What is sent: parameters, and a body with an example.
fn asked(meta: &'static Meta, operation: Operation, builder: OperationBuilder) -> OperationBuilder {
    let [_, new, changes, replacement, _, bulk, ..] = names::schema_names(meta);
    let id = || id_parameter(meta, "id");
    let body = |schema: &str, media_types: &[&str], example: Option<Value>| {
        Some(operation::body(schema, media_types, example.as_ref()))
    };
    match operation {
        Operation::List => builder.parameters(Some(list::parameters(meta))),
        Operation::Get => {
            let what = [list::fields(meta)].into_iter().chain(list::include(meta));
            builder
                .parameter(id())
                .parameters(Some(what))
                .parameter(condition(
                    "If-None-Match",
                    "The tags that the client has: 304 if the row's is among them.",
                ))
        }
        Operation::Create => {
            let example = schema::body_example(meta, Column::is_writable_once);
            let builder = builder.parameter(idempotency_key());
            builder.request_body(body(&new, &[JSON], example))
        }
        Operation::Bulk => {
            let builder = builder.parameter(idempotency_key());
            builder.request_body(body(&bulk, &[JSON], bulk_example(meta)))
        }
        Operation::Restore => builder.parameter(id()).parameter(idempotency_key()),
        Operation::Update => {
            let example = schema::changes_example(meta);
            let builder = builder.parameter(id()).parameter(if_match());
            let builder = builder.parameter(idempotency_key());
            builder.request_body(body(&changes, &[JSON, MERGE_PATCH], example))
        }
        Operation::Replace => {
            let example = schema::body_example(meta, Column::is_writable);
            let builder = builder.parameter(id()).parameter(if_match());
            builder.request_body(body(&replacement, &[JSON], example))
        }
        Operation::Delete => builder.parameter(id()).parameter(if_match()),
    }
}

/// What comes back where nothing goes wrong.
fn answered(meta: &Meta, operation: Operation, builder: OperationBuilder) -> OperationBuilder {
    let [row, _, _, _, page, _, bulk_answer, part, parts] = names::schema_names(meta);
    let with_tag = |answer: ResponseBuilder| answer.header("ETag", tag());
    match operation {
        Operation::List => {
            let page = answer_any("The page.", &[&page, &parts]);
            builder.response("200", page.header("Link", link()))
        }
        Operation::Get => builder
            .response("200", with_tag(answer_any("The row.", &[&row, &part])))
            .response("304", Response::new("The client has the row as it is.")),
        Operation::Create => {
            let made = answer("The row that was made.", &row).header("Location", location());
            builder.response("201", with_tag(made))
        }
        Operation::Bulk => {
            builder.response("201", answer("The rows that were made.", &bulk_answer))
        }
        Operation::Restore => {
            let row = answer("The row, which is there again.", &row);
            builder.response("200", with_tag(row))
        }
        Operation::Update | Operation::Replace => {
            builder.response("200", with_tag(answer("The row as it is now.", &row)))
        }
        Operation::Delete => builder.response("204", Response::new("The row is gone.")),
    }
}

fn tag() -> Header {
    header(
        "The strong tag of the row, which changes with every change of it.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .examples([example::TAG]),
    )
}

fn if_match() -> Parameter {
    condition("If-Match", "The tag that the row must have, else 412.")
}

fn idempotency_key() -> Parameter {
    let text = "A name for this request, kept for 24 hours: sent again, it gets the first answer, with \
                `idempotency-replayed: true`, and nothing is done twice.";
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[!-~]([\\t -~]{0,253}[!-~])?$"))
        .examples([example::ID]);
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(key))
        .build()
}

fn condition(name: &str, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .examples([example::TAG]),
        ))
        .build()
}

fn bulk_example(meta: &'static Meta) -> Option<Value> {
    let item = schema::body_example(meta, Column::is_writable_once)?;
    Some(json!({ "items": [item] }))
}

fn location() -> Header {
    let format = SchemaFormat::Custom("uri-reference".to_owned());
    header(
        "The path of the row.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .examples([format!("/things/{}", example::ID)]),
    )
}

fn link() -> Header {
    header(
        "The next page, as `<…>; rel=\"next\"`, where there is one.",
        ObjectBuilder::new().schema_type(Type::String),
    )
}

fn header(description: &str, schema: ObjectBuilder) -> Header {
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(description))
        .build()
}
