//! What every operation has: an id, a tag, its rule, and which refusals follow from that.

use axum::http::StatusCode;
use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{
    Content, Ref, RefOr, Required, Response, ResponseBuilder, Schema, SecurityRequirement,
};

use crate::auth::{Rule, Term};
use crate::error::Code;
use crate::resource;

/// The name of the security scheme of tokens, however they were come by.
pub(super) const SECURITY_SCHEME: &str = "bearer";
/// The name of the scheme by which a client gets a token itself.
pub(super) const PASSWORD_SCHEME: &str = "password";

/// The extension that tells the rule of an operation.
pub(super) const REQUIRED_ROLE: &str = "x-required-role";

pub(super) const JSON: &str = "application/json";

/// An operation and where it stands.
pub(super) struct Endpoint {
    pub(super) path: String,
    pub(super) method: HttpMethod,
    pub(super) operation: Operation,
}

/// An operation as a list of routes has it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Listed {
    /// As it stands in a request.
    pub method: &'static str,
    /// With parameters in braces.
    pub path: String,
    /// The operation's id.
    pub id: String,
    /// Who may ask.
    pub rule: Rule,
}

/// The method of a resource's operation.
#[doc(hidden)]
pub const fn method_of(operation: resource::Operation) -> HttpMethod {
    use resource::Operation::{Bulk, Create, Delete, Get, List, Replace, Restore, Update};
    match operation {
        List | Get => HttpMethod::Get,
        Create | Bulk | Restore => HttpMethod::Post,
        Update => HttpMethod::Patch,
        Replace => HttpMethod::Put,
        Delete => HttpMethod::Delete,
    }
}

/// A method as it stands in a request.
#[doc(hidden)]
pub const fn method_name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Head => "HEAD",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Trace => "TRACE",
    }
}

/// An operation with the texts that all have.
pub(super) fn operation(id: String, tag: &str, summary: String) -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some(id))
        .tag(tag)
        .summary(Some(summary))
}

/// Tells the rule: to people, to programs, and as a security requirement.
pub(super) fn tell_rule(operation: &mut Operation, rule: Rule) {
    let line = if rule.is_public() {
        "Needs: no token".to_owned()
    } else {
        format!("Needs: {rule}")
    };
    operation.description = Some(
        match operation
            .description
            .take()
            .filter(|text| !text.trim().is_empty())
        {
            Some(text) => format!("{}\n\n{line}", text.trim_end()),
            None => line,
        },
    );
    let extension = ExtensionsBuilder::new()
        .add(REQUIRED_ROLE, rule.to_string())
        .build();
    operation
        .extensions
        .get_or_insert_default()
        .merge(extension);
    let bearer = SecurityRequirement::new::<_, [&str; 0], &str>(SECURITY_SCHEME, []);
    operation.security = Some(if rule.is_public() {
        Vec::new()
    } else {
        vec![bearer]
    });
}

/// The refusals that the rule itself can give. Only a rule for any account refuses none: even the lowest role is more
/// than an account has whose role the application dropped.
pub(super) fn refusals(rule: Rule) -> &'static [Code] {
    if rule.is_public() {
        &[]
    } else if rule.0.contains(&Term::Authenticated) {
        &[Code::Unauthenticated]
    } else {
        &[Code::Unauthenticated, Code::Forbidden]
    }
}

/// A body that must be there, under each of `media_types`.
pub(super) fn body(schema: &str, media_types: &[&str], example: Option<&Value>) -> RequestBody {
    media_types
        .iter()
        .fold(
            RequestBodyBuilder::new().required(Some(Required::True)),
            |body, media_type| {
                let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
                body.content(*media_type, content.example(example.cloned()).build())
            },
        )
        .build()
}

/// Where a token is needed, one of the login's own will do.
pub(super) fn allow_password(endpoint: &mut Endpoint) {
    let requirements = endpoint.operation.security.iter_mut();
    for requirements in requirements.filter(|requirements| !requirements.is_empty()) {
        requirements.push(SecurityRequirement::new::<_, [&str; 0], &str>(
            PASSWORD_SCHEME,
            [],
        ));
    }
}

/// An answer of JSON, of the component `schema`.
pub(super) fn answer(description: &str, schema: &str) -> ResponseBuilder {
    ResponseBuilder::new()
        .description(description)
        .content(JSON, Content::new(Some(Ref::from_schema_name(schema))))
}

/// The same, of one of the components: the first, unless the request asks for less.
pub(super) fn answer_any(description: &str, schemas: &[&str]) -> ResponseBuilder {
    let any = schemas.iter().fold(AnyOfBuilder::new(), |any, schema| {
        any.item(Ref::from_schema_name(*schema))
    });
    ResponseBuilder::new()
        .description(description)
        .content(JSON, Content::new(Some(any)))
}

/// A parameter of the path.
pub(super) fn path_parameter(
    name: &str,
    description: Option<String>,
    schema: RefOr<Schema>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(description)
        .schema(Some(schema))
        .build()
}

/// Gives each response of the operation itself a description, which OpenAPI wants, and `x-request-id`.
pub(super) fn complete(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            if response.description.is_empty() {
                reason(status).clone_into(&mut response.description);
            }
            add_request_id(response);
        }
    }
}

/// Every answer has it.
pub(super) fn add_request_id(response: &mut Response) {
    let header = || RefOr::Ref(Ref::new("#/components/headers/RequestId"));
    response
        .headers
        .entry("x-request-id".to_owned())
        .or_insert_with(header);
}

/// The status in words.
fn reason(status: &str) -> &'static str {
    let code = status
        .parse()
        .ok()
        .and_then(|number| StatusCode::from_u16(number).ok());
    code.and_then(|code| code.canonical_reason())
        .unwrap_or("Answer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::sample::{OWN, PUBLIC, VIEWER};

    #[test]
    fn refusals_follow_from_the_rule() {
        let both = [Code::Unauthenticated, Code::Forbidden];
        assert_eq!(refusals(PUBLIC), []);
        assert_eq!(
            refusals(Rule(&[Term::Authenticated])),
            [Code::Unauthenticated]
        );
        assert_eq!(
            refusals(Rule(&[Term::Owner, Term::Authenticated])),
            [Code::Unauthenticated]
        );
        assert_eq!(refusals(VIEWER), both);
        assert_eq!(refusals(OWN), both);
    }
}
