//! The operations of the service itself: its health, and this document.

use utoipa::openapi::path::{HttpMethod, OperationBuilder};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::{Content, ObjectBuilder, RefOr, ResponseBuilder, Schema, Type};

use crate::auth::{Rule, Term};

use super::operation::{self, Endpoint, JSON, Listed, answer};

const TAG: &str = "service";

const PUBLIC: Rule = Rule(&[Term::Public]);

/// The tag's name and description.
pub(super) const TAG_DOC: (&str, &str) = (TAG, "The health of the service, and its description.");

/// What the service tells of itself, beside `/openapi.json`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceDocs {
    /// `/health`, `/health/live` and `/health/ready`.
    pub health: bool,
    /// `/metrics`.
    pub metrics: bool,
}

impl ServiceDocs {
    /// Whatever the settings may switch on.
    pub const ALL: Self = Self {
        health: true,
        metrics: true,
    };

    /// The operations, for a list of routes.
    pub fn list(self) -> Vec<Listed> {
        let list = |endpoint: Endpoint| Listed {
            path: endpoint.path,
            id: endpoint.operation.operation_id.unwrap_or_default(),
            method: operation::method_name(&endpoint.method),
            rule: PUBLIC,
        };
        self.endpoints().into_iter().map(list).collect()
    }

    /// The endpoints. None of them asks for a token.
    pub(super) fn endpoints(self) -> Vec<Endpoint> {
        let mut endpoints = if self.health { health() } else { Vec::new() };
        if self.metrics {
            let metrics = operation(
                "get_metrics",
                "Counts what the service does, for Prometheus",
            );
            endpoints.push(endpoint("/metrics", metrics.response("200", figures())));
        }
        let description = operation("get_openapi", "Describes the service");
        endpoints.push(endpoint(
            "/openapi.json",
            description.response("200", document()),
        ));
        endpoints
    }
}

/// The body of a 503 is the health, no problem.
fn health() -> Vec<Endpoint> {
    const OUT_OF_REACH: &str = "Something that the service needs is out of reach.";
    const NOT_READY: &str =
        "It should not: it is shutting down, or something that it needs is out of reach.";
    let health = operation("get_health", "Tells how the service is, and what it needs")
        .response("200", answer("All is well.", "Health"))
        .response("503", answer(OUT_OF_REACH, "Health"));
    let liveness = operation("get_liveness", "Tells whether the process lives")
        .response("200", answer("It lives.", "Readiness"));
    let readiness = operation(
        "get_readiness",
        "Tells whether the service should get traffic",
    )
    .response("200", answer("It should.", "Readiness"))
    .response("503", answer(NOT_READY, "Readiness"));
    vec![
        endpoint("/health", health),
        endpoint("/health/live", liveness),
        endpoint("/health/ready", readiness),
    ]
}

fn operation(id: &str, summary: &str) -> OperationBuilder {
    operation::operation(id.to_owned(), TAG, summary.to_owned())
}

fn endpoint(path: &str, operation: OperationBuilder) -> Endpoint {
    let mut operation = operation.build();
    operation::tell_rule(&mut operation, PUBLIC);
    Endpoint {
        path: path.to_owned(),
        method: HttpMethod::Get,
        operation,
    }
}

fn figures() -> ResponseBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    ResponseBuilder::new()
        .description("Figures in Prometheus's text format.")
        .content("text/plain", Content::new(Some(text)))
}

fn document() -> ResponseBuilder {
    ResponseBuilder::new()
        .description("An OpenAPI 3.1 document.")
        .content(
            JSON,
            Content::new(Some(ObjectBuilder::new().schema_type(Type::Object))),
        )
}

/// The schemas `Health` and `Readiness`.
pub(super) fn schemas() -> [(&'static str, RefOr<Schema>); 2] {
    [
        ("Health", health_schema()),
        ("Readiness", readiness_schema()),
    ]
}

fn status() -> ObjectBuilder {
    let names = ["ok", "unavailable"];
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names))
}

fn readiness_schema() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("Whether the service is there."))
        .property("status", status())
        .required("status")
        .into()
}

fn health_schema() -> RefOr<Schema> {
    let latency = ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(0))
        .description(Some("How long the check took, in milliseconds."))
        .examples([0.4]);
    let check = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("status", status())
        .required("status")
        .property("latency_ms", latency)
        .required("latency_ms");
    let checks = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(
            "One entry for each thing that the service needs, as `database`.",
        ))
        .additional_properties(Some(AdditionalProperties::from(check)));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("How the service is."))
        .property("status", status())
        .required("status")
        .property(
            "version",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("Of the service."))
                .examples(["1.0.0"]),
        )
        .required("version")
        .property("checks", checks)
        .required("checks")
        .into()
}
