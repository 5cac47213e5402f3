//! The exported span of a request.

use std::str::FromStr as _;

use axum::http::{StatusCode, Version, header};
use opentelemetry::Value;
use opentelemetry::trace::TraceState;
use tracing::Span;

use crate::telemetry::method::known_method;
use crate::telemetry::otlp::{self, SpanRecord};
use crate::telemetry::trace_context::TraceParent;

#[cfg(feature = "client")]
use super::Onwards;
use super::{Belonging, Head};

/// Longer than any program's name should be.
const LONGEST_AGENT: usize = 256;

/// Whether the request's span is exported and seen by somebody.
#[derive(Debug)]
pub(super) struct Exported(bool);

/// The span that is current on this thread, if it is exported.
pub(super) fn current() -> Option<TraceParent> {
    otlp::is_active().then(|| otlp::current(SpanRecord::as_parent))?
}

/// What a call carries whose span this is, if it is exported.
#[cfg(feature = "client")]
pub(super) fn onwards(span: &Span) -> Option<Onwards> {
    otlp::with_record(span, |record| {
        let state = record.state().header();
        Onwards {
            parent: record.as_parent().to_string(),
            state: (!state.is_empty()).then_some(state),
        }
    })
}

impl Exported {
    /// Ties `span` to the caller's trace, or begins the trace that the log names.
    pub(super) fn begin<'a>(
        span: &Span,
        belonging: Belonging,
        head: impl FnOnce() -> Head<'a>,
    ) -> Self {
        if !otlp::is_active() {
            return Self(false);
        }
        let is_seen = otlp::with_record(span, |record| {
            let head = head();
            match belonging.parent {
                Some(parent) => record.continue_from(parent, state(&head)),
                None => record.join(belonging.trace),
            }
            if record.is_sampled() {
                record.rename(name(&head));
                tell(record, &head);
            }
            record.is_sampled()
        });
        Self(is_seen == Some(true))
    }

    /// A 5xx is an error of the service; a 4xx is none.
    pub(super) fn finish(&self, span: &Span, status: StatusCode, problem: Option<&'static str>) {
        if !self.0 {
            return;
        }
        otlp::with_record(span, |record| {
            let code = i64::from(status.as_u16());
            record.tell("http.response.status_code", code);
            if status.is_client_error() || status.is_server_error() {
                let kind = problem.map_or_else(|| status.as_str().to_owned().into(), Value::from);
                record.tell("error.type", kind);
            }
            if status.is_server_error() {
                record.fail();
            }
        });
    }
}

/// One that is not well-formed counts for none.
fn state(head: &Head<'_>) -> TraceState {
    let state = head.headers.get("tracestate");
    let state = state.and_then(|value| value.to_str().ok());
    let state = state.and_then(|text| TraceState::from_str(text).ok());
    state.unwrap_or_default()
}

/// As `GET /articles/{id}`: with few values, whatever clients ask for.
fn name(head: &Head<'_>) -> String {
    let method = known_method(head.method.as_str()).unwrap_or("HTTP");
    head.route
        .map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

/// The query string is left out: it may hold what is nobody else's business.
fn tell(record: &mut SpanRecord, head: &Head<'_>) {
    match known_method(head.method.as_str()) {
        Some(method) => record.tell("http.request.method", method),
        None => {
            record.tell("http.request.method", "_OTHER");
            let method = head.method.as_str().to_owned();
            record.tell("http.request.method_original", method);
        }
    }
    record.tell("url.scheme", "http");
    record.tell("url.path", head.uri.path().to_owned());
    record.tell("network.protocol.version", version(head.version));
    if let Some(route) = head.route {
        record.tell("http.route", route.to_owned());
    }
    if let Some(client) = head.client {
        record.tell("client.address", client.to_string());
    }
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(agent) = text(header::USER_AGENT) {
        let agent = agent.get(..LONGEST_AGENT).unwrap_or(agent);
        record.tell("user_agent.original", agent.to_owned());
    }
    if let Some(host) = text(header::HOST) {
        record.tell("server.address", without_port(host).to_owned());
    }
}

/// An IPv6 address has colons of its own, in brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_no_port() {
        for (host, name) in [
            ("example.com", "example.com"),
            ("example.com:80", "example.com"),
            ("[::1]", "[::1]"),
            ("[::1]:80", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
