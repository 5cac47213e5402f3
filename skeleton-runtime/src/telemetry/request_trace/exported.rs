//! The exported span of a request.

use std::str::FromStr as _;

use axum::http::{StatusCode, header};
use opentelemetry::trace::{
    SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceState,
};
use opentelemetry::{Context, KeyValue};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use axum::http::Version;
use tracing::Span;

use crate::telemetry::otlp;
use crate::telemetry::trace_context::{TraceId, TraceParent};

#[cfg(feature = "client")]
use super::Onwards;
use super::{Belonging, Head};

/// Longer than any program's name should be.
const LONGEST_AGENT: usize = 256;

#[derive(Debug)]
pub(super) struct Exported(Option<Context>);

/// The span that is current on this thread, if it is exported.
pub(super) fn current() -> Option<TraceParent> {
    let context = otlp::is_active().then(|| Span::current().context())?;
    parent(context.span().span_context())
}

/// What a call carries whose span this is, if it is exported.
#[cfg(feature = "client")]
pub(super) fn onwards(span: &Span) -> Option<Onwards> {
    let context = otlp::is_active().then(|| span.context())?;
    let span = context.span().span_context().clone();
    let state = span.trace_state().header();
    Some(Onwards {
        parent: parent(&span)?.to_string(),
        state: (!state.is_empty()).then_some(state),
    })
}

fn parent(span: &SpanContext) -> Option<TraceParent> {
    span.is_valid().then(|| TraceParent {
        trace: TraceId(span.trace_id().to_bytes()),
        span: span.span_id().to_bytes(),
        is_sampled: span.is_sampled(),
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
            return Self(None);
        }
        let head = head();
        match belonging.parent {
            Some(parent) => {
                let state = head.headers.get("tracestate");
                let state = state.and_then(|value| value.to_str().ok());
                let state = state.and_then(|text| TraceState::from_str(text).ok());
                let flags = if parent.is_sampled {
                    TraceFlags::SAMPLED
                } else {
                    TraceFlags::default()
                };
                let remote = SpanContext::new(
                    opentelemetry::TraceId::from_bytes(parent.trace.0),
                    SpanId::from_bytes(parent.span),
                    flags,
                    true,
                    state.unwrap_or_default(),
                );
                // It fails only where the span is not exported.
                let _ = span.set_parent(Context::new().with_remote_span_context(remote));
            }
            None => otlp::next_trace(belonging.trace),
        }
        let context = span.context();
        let exported = context.span();
        if exported.is_recording() {
            exported.update_name(name(&head));
            exported.set_attributes(attributes(&head));
        }
        Self(Some(context))
    }

    /// A 5xx is an error of the service; a 4xx is none.
    pub(super) fn finish(&self, status: StatusCode, problem: Option<&'static str>) {
        let Some(context) = &self.0 else { return };
        let span = context.span();
        if !span.is_recording() {
            return;
        }
        let code = i64::from(status.as_u16());
        span.set_attribute(KeyValue::new("http.response.status_code", code));
        if status.is_client_error() || status.is_server_error() {
            let kind = problem.map_or_else(|| status.as_str().to_owned().into(), Into::into);
            span.set_attribute(KeyValue::new(
                "error.type",
                opentelemetry::Value::String(kind),
            ));
        }
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
    }
}

/// As `GET /articles/{id}`: with few values, whatever clients ask for.
fn name(head: &Head<'_>) -> String {
    let method = known_method(head).unwrap_or("HTTP");
    head.route
        .map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

/// The query string is left out: it may hold what is nobody else's business.
fn attributes(head: &Head<'_>) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(10);
    let mut tell = |name: &'static str, value: &str| {
        attributes.push(KeyValue::new(name, value.to_owned()));
    };
    match known_method(head) {
        Some(method) => tell("http.request.method", method),
        None => {
            tell("http.request.method", "_OTHER");
            tell("http.request.method_original", head.method.as_str());
        }
    }
    tell("url.scheme", "http");
    tell("url.path", head.uri.path());
    tell("network.protocol.version", version(head.version));
    tell("request.id", head.request_id);
    if let Some(route) = head.route {
        tell("http.route", route);
    }
    if let Some(client) = head.client {
        tell("client.address", &client.to_string());
    }
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(agent) = text(header::USER_AGENT) {
        tell(
            "user_agent.original",
            agent.get(..LONGEST_AGENT).unwrap_or(agent),
        );
    }
    if let Some(host) = text(header::HOST) {
        tell("server.address", without_port(host));
    }
    attributes
}

/// An IPv6 address has colons of its own, in brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    }
}

fn known_method(head: &Head<'_>) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == head.method.as_str())
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
