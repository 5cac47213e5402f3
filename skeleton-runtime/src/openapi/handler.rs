//! Operations written by hand, which utoipa describes: brought to what the document tells of all.

use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

use crate::auth::Rule;
use crate::error::Code;

use super::operation::{self, Endpoint, JSON};
use super::problem::{self, ALWAYS, Problems};
use super::resource::{self, Entry};
use super::{example, names};

/// What an application said of its handler.
pub(super) struct Handler {
    pub(super) path: String,
    pub(super) method: HttpMethod,
    pub(super) operation: Operation,
    pub(super) rule: Rule,
}

impl Handler {
    /// The operation with its rule, tag, path parameters and the problems that the kit itself answers with.
    ///
    /// Which of them the handler's own code can give is not known, so that all are told which it may well give: 403
    /// unless the rule is public, 404 where the path has a parameter.
    pub(super) fn endpoint(self, resources: &[Entry], problems: &mut Problems) -> Endpoint {
        let Self {
            path,
            method,
            mut operation,
            rule,
        } = self;
        let path = without_wildcards(&path);
        // As those of the kit.
        if let Some(summary) = &mut operation.summary {
            summary.truncate(summary.trim_end_matches('.').len());
        }
        let resource = resource_of(&path, resources);
        if operation.tags.as_ref().is_none_or(Vec::is_empty) {
            let tag =
                resource.map_or_else(|| first_segment(&path), |entry| names::plural(entry.meta));
            operation.tags = Some(vec![tag]);
        }
        add_path_parameters(&mut operation, &path, resource);
        add_examples(&mut operation);
        operation::tell_rule(&mut operation, rule);
        problem::fill(&mut operation);
        let codes = codes_of(&operation, rule);
        problems.declare(&mut operation, &codes);
        Endpoint {
            path,
            method,
            operation,
        }
    }
}

fn codes_of(operation: &Operation, rule: Rule) -> Vec<Code> {
    let when = |holds: bool, codes: &'static [Code]| if holds { codes } else { &[] };
    let has = |place: &ParameterIn| {
        parameters(operation).any(|parameter| parameter.parameter_in == *place)
    };
    let reads_json = match &operation.request_body {
        Some(RefOr::T(body)) => body
            .content
            .keys()
            .any(|media_type| media_type == JSON || media_type.ends_with("+json")),
        Some(RefOr::Ref(_)) | None => false,
    };
    [
        ALWAYS.as_slice(),
        when(!rule.is_public(), &[Code::Unauthenticated, Code::Forbidden]),
        when(
            has(&ParameterIn::Path),
            &[Code::InvalidPath, Code::NotFound],
        ),
        when(has(&ParameterIn::Query), &[Code::InvalidQuery]),
        when(
            operation.request_body.is_some(),
            &[Code::PayloadTooLarge, Code::UnsupportedMediaType],
        ),
        when(reads_json, &[Code::MalformedJson, Code::ValidationFailed]),
    ]
    .concat()
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let all = operation.parameters.iter().flatten();
    all.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// The resource whose path this one is or continues, the longest where there are several.
fn resource_of(path: &str, resources: &[Entry]) -> Option<Entry> {
    let continues = |entry: &&Entry| {
        path.strip_prefix(entry.meta.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    resources
        .iter()
        .filter(continues)
        .max_by_key(|entry| entry.meta.path.len())
        .copied()
}

fn first_segment(path: &str) -> String {
    let first = path
        .split('/')
        .find(|segment| !segment.is_empty() && !segment.starts_with('{'));
    names::from_path(first.unwrap_or("other"))
}

/// Declares what utoipa's attribute left out. What follows a resource's path directly is the id of a row.
fn add_path_parameters(operation: &mut Operation, path: &str, resource: Option<Entry>) {
    let mut missing = Vec::new();
    for name in parameter_names(path) {
        let is_declared = |parameter: &Parameter| {
            parameter.name == name && parameter.parameter_in == ParameterIn::Path
        };
        if parameters(operation).any(is_declared) {
            continue;
        }
        let row = resource.filter(|entry| {
            path.strip_prefix(entry.meta.path)
                .is_some_and(|rest| rest.starts_with(&format!("/{{{name}}}")))
        });
        missing.push(RefOr::T(match row {
            Some(entry) => resource::id_parameter(entry.meta, name),
            None => operation::path_parameter(
                name,
                None,
                ObjectBuilder::new().schema_type(Type::String).into(),
            ),
        }));
    }
    if !missing.is_empty() {
        operation.parameters.get_or_insert_default().extend(missing);
    }
}

/// Ids look the same everywhere.
fn add_examples(operation: &mut Operation) {
    let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
            && schema.format.as_ref() == Some(&uuid)
            && schema.examples.is_empty()
        {
            schema.examples.push(example::ID.into());
        }
    }
}

fn parameter_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// axum's `{*rest}` as OpenAPI's `{rest}`.
fn without_wildcards(path: &str) -> String {
    path.replace("{*", "{")
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::ParameterBuilder;

    use super::*;
    use crate::openapi::sample::{ADMIN, ARTICLE, PUBLIC};

    fn endpoint(path: &str, operation: Operation, rule: Rule) -> Endpoint {
        let handler = Handler {
            path: path.to_owned(),
            method: HttpMethod::Post,
            operation,
            rule,
        };
        let resources = [Entry {
            meta: &ARTICLE,
            rules: [ADMIN; 8],
        }];
        handler.endpoint(&resources, &mut Problems::default())
    }

    fn statuses(endpoint: &Endpoint) -> Vec<&str> {
        endpoint
            .operation
            .responses
            .responses
            .keys()
            .map(String::as_str)
            .collect()
    }

    #[test]
    fn a_body_brings_its_problems() {
        let json = Operation::builder()
            .request_body(Some(operation::body("Order", &[JSON], None)))
            .build();
        let endpoint = endpoint("/orders", json, ADMIN);
        assert_eq!(
            statuses(&endpoint),
            [
                "400", "401", "403", "413", "415", "422", "500", "503", "504"
            ]
        );
        assert_eq!(endpoint.operation.tags, Some(vec!["orders".to_owned()]));
    }

    #[test]
    fn a_body_that_is_no_json_is_not_read_as_such() {
        let csv = Operation::builder()
            .request_body(Some(operation::body("Table", &["text/csv"], None)))
            .build();
        assert_eq!(
            statuses(&endpoint("/tables", csv, PUBLIC)),
            ["413", "415", "500", "503", "504"]
        );
    }

    #[test]
    fn parameters_bring_theirs() {
        let query = ParameterBuilder::new()
            .name("since")
            .parameter_in(ParameterIn::Query);
        let endpoint = endpoint(
            "/articles",
            Operation::builder().parameter(query).build(),
            PUBLIC,
        );
        assert_eq!(statuses(&endpoint), ["400", "500", "503", "504"]);
        assert_eq!(endpoint.operation.tags, Some(vec!["articles".to_owned()]));
    }

    #[test]
    fn what_the_path_names_is_declared_once() {
        let declared = operation::path_parameter("id", None, ObjectBuilder::new().into());
        let operation = Operation::builder().parameter(declared).tag("own").build();
        let endpoint = endpoint("/articles/{id}/files/{*rest}", operation, ADMIN);
        assert_eq!(endpoint.path, "/articles/{id}/files/{rest}");
        let names: Vec<&str> = parameters(&endpoint.operation)
            .map(|parameter| parameter.name.as_str())
            .collect();
        assert_eq!(names, ["id", "rest"]);
        assert_eq!(endpoint.operation.tags, Some(vec!["own".to_owned()]));
    }
}
