//! Problem bodies: their schemas, and one shared response for each set of codes that an operation can answer with.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AllOfBuilder, ArrayBuilder, SchemaFormat};
use utoipa::openapi::{
    Content, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Schema,
    Type,
};

use crate::error::Code;

use super::example;

/// The media type of RFC 9457, section 3.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What any operation behind the router can answer that asks the database.
pub(super) const ALWAYS: [Code; 3] = [Code::Internal, Code::Unavailable, Code::Timeout];

/// What can be wrong with a JSON body.
pub(super) const BODY: [Code; 4] = [
    Code::MalformedJson,
    Code::PayloadTooLarge,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
];

/// The shared responses that the operations so far refer to, by name.
#[derive(Default)]
pub(super) struct Problems(BTreeMap<String, RefOr<Response>>);

impl Problems {
    /// Declares that `operation` can answer with `codes`; a response that it has already keeps its words.
    pub(super) fn declare(&mut self, operation: &mut Operation, codes: &[Code]) {
        let mut by_status = BTreeMap::<u16, Vec<Code>>::new();
        for code in Code::ALL.iter().filter(|code| codes.contains(code)) {
            by_status
                .entry(code.status().as_u16())
                .or_default()
                .push(*code);
        }
        for (status, codes) in by_status {
            if let Entry::Vacant(place) = operation.responses.responses.entry(status.to_string()) {
                place.insert(self.response(&codes));
            }
        }
    }

    fn response(&mut self, codes: &[Code]) -> RefOr<Response> {
        let name = codes
            .iter()
            .map(|code| pascal(code.as_str()))
            .collect::<Vec<_>>()
            .join("Or");
        let reference = Ref::from_response_name(&name);
        self.0.entry(name).or_insert_with(|| response(codes).into());
        reference.into()
    }

    /// The responses, for the document's components.
    pub(super) fn into_responses(self) -> BTreeMap<String, RefOr<Response>> {
        self.0
    }
}

/// Gives every response of 4xx and 5xx that has no body the problem body, as the kit's errors have it.
pub(super) fn fill(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            response
                .content
                .insert(MEDIA_TYPE.to_owned(), content.into());
        }
    }
}

/// The schemas `Problem` and `Fault`.
pub(super) fn schemas() -> [(&'static str, RefOr<Schema>); 2] {
    [("Problem", problem_schema()), ("Fault", fault_schema())]
}

fn problem_schema() -> RefOr<Schema> {
    let status = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(400))
        .maximum(Some(599));
    let code = text("What kind of problem it is; stable, so that programs may match on it.")
        .enum_values(Some(Code::ALL.iter().map(|code| code.as_str())));
    let errors = ArrayBuilder::new()
        .items(Ref::from_schema_name("Fault"))
        .description(Some(
            "What is wrong with single fields; absent where it is none of them.",
        ));
    let format = SchemaFormat::Custom("uri-reference".to_owned());
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("An error (RFC 9457)."))
        .property(
            "type",
            text("Always `about:blank`; `code` tells the kinds apart.")
                .format(Some(format))
                .examples(["about:blank"]),
        )
        .required("type")
        .property(
            "title",
            text("The status in words.").examples(["Not Found"]),
        )
        .required("title")
        .property(
            "status",
            status
                .description(Some("The status of the answer."))
                .examples([404]),
        )
        .required("status")
        .property("code", code)
        .required("code")
        .property("detail", text("For people.").examples(["no such row"]))
        .required("detail")
        .property(
            "request_id",
            text("As in the header `x-request-id`; finds the request in the log.")
                .examples([example::ID]),
        )
        .required("request_id")
        .property("errors", errors)
        .into()
}

fn fault_schema() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("What is wrong with one field."))
        .property(
            "field",
            text("The field of the body, or the parameter.").examples(["title"]),
        )
        .required("field")
        .property(
            "code",
            text("What is wrong; stable, as `length` or `required`.").examples(["required"]),
        )
        .required("code")
        .property("message", text("For people.").examples(["is required"]))
        .required("message")
        .into()
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

/// A response for codes of one status.
fn response(codes: &[Code]) -> Response {
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes.iter().map(|code| Value::from(code.as_str()))));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .property("code", code),
        );
    let told: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`: {}.", code.as_str(), meaning(*code)))
        .collect();
    let examples = codes.iter().map(|code| (code.as_str(), example_of(*code)));
    let content = ContentBuilder::new()
        .schema(Some(Schema::from(schema)))
        .examples_from_iter(examples);
    let mut response = ResponseBuilder::new()
        .description(told.join("\n\n"))
        .content(MEDIA_TYPE, content.build());
    if let Some((name, header)) = codes.first().and_then(|code| header(code.status())) {
        response = response.header(name, header);
    }
    response.build()
}

fn example_of(code: Code) -> Example {
    let mut problem = json!({
        "type": "about:blank",
        "title": code.status().canonical_reason().unwrap_or_default(),
        "status": code.status().as_u16(),
        "code": code.as_str(),
        "detail": meaning(code),
        "request_id": example::ID,
    });
    if code == Code::ValidationFailed {
        let message = "length must be between 1 and 200";
        problem["errors"] = json!([{ "field": "title", "code": "length", "message": message }]);
    }
    ExampleBuilder::new().value(Some(problem)).build()
}

/// The header that the status brings.
fn header(status: StatusCode) -> Option<(&'static str, Header)> {
    let (name, description) = match status {
        StatusCode::UNAUTHORIZED => (
            "WWW-Authenticate",
            "`Bearer`, with `error=\"invalid_token\"` where a token was sent.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => ("Allow", "The methods that the path knows."),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => (
            "Retry-After",
            "Seconds after which another try makes sense.",
        ),
        _ => return None,
    };
    let kind = if name == "Retry-After" {
        Type::Integer
    } else {
        Type::String
    };
    let schema = ObjectBuilder::new().schema_type(kind);
    Some((
        name,
        HeaderBuilder::new()
            .schema(Some(schema))
            .description(Some(description))
            .build(),
    ))
}

const fn meaning(code: Code) -> &'static str {
    match code {
        Code::MalformedJson => "the body is not JSON",
        Code::InvalidQuery => "a query parameter is unknown, given twice, or does not parse",
        Code::InvalidCursor => "the cursor was altered, or belongs to another sort or filter",
        Code::InvalidPath => "a part of the path does not parse",
        Code::UnsupportedGrantType => "the `grant_type` is neither `password` nor `refresh_token`",
        Code::Unauthenticated => "no token, or one that does not hold",
        Code::InvalidCredentials => "the e-mail or the password is wrong",
        Code::InvalidRefreshToken => "the refresh token is unknown, spent, expired or revoked",
        Code::Forbidden => "the caller may not do this; `detail` names the role needed",
        Code::NotFound => "no such row, or one that the caller may not see",
        Code::MethodNotAllowed => "the path knows other methods",
        Code::Conflict => "another row has a value that must be unique; `errors` names the fields",
        Code::LastOwner => "nobody would be left with the highest role",
        Code::InUse => "other rows refer to this one",
        Code::PreconditionFailed => "`If-Match` does not hold",
        Code::PayloadTooLarge => "the body is over the limit",
        Code::UnsupportedMediaType => {
            "the body is of a type that is not read here, or has a `Content-Encoding`"
        }
        Code::ValidationFailed => "the body breaks a rule; `errors` has all its faults",
        Code::IdempotencyMismatch => "the `Idempotency-Key` was sent before, with another request",
        Code::InProgress => "the request of this `Idempotency-Key` is still running",
        Code::TooManyRequests => "too many attempts",
        Code::Internal => "something went wrong; the request id finds it in the log",
        Code::Unavailable => "the service can't answer for the moment",
        Code::Timeout => "the request took longer than it may",
    }
}

/// `not_found` as `NotFound`.
fn pascal(snake: &str) -> String {
    let capital = |word: &str| {
        let mut characters = word.chars();
        let first = characters
            .next()
            .map(|character| character.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    };
    snake.split('_').map(capital).collect()
}
