//! One call, with its span.

use axum::http::HeaderValue;
use reqwest::{Request, Response, Url};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::telemetry::fields;
use crate::telemetry::method::known_method;
use crate::telemetry::request_trace::{Onwards, onwards};

/// What OpenTelemetry writes for a value that is not to be told.
const REDACTED: &str = "REDACTED";

pub(super) async fn execute(
    client: &reqwest::Client,
    mut request: Request,
) -> Result<Response, reqwest::Error> {
    let span = span(&request);
    if let Some(onwards) = onwards(&span) {
        pass_on(&onwards, &mut request);
    }
    let called = client.execute(request).instrument(span.clone()).await;
    match &called {
        Ok(answer) => {
            let status = answer.status();
            span.record(fields::HTTP_STATUS, status.as_u16());
            if status.is_client_error() || status.is_server_error() {
                span.record(fields::ERROR_TYPE, status.as_str());
                span.record(fields::OTEL_STATUS, fields::FAILED);
            }
        }
        Err(error) => {
            span.record(fields::ERROR_TYPE, kind(error));
            span.record(fields::OTEL_STATUS, fields::FAILED);
        }
    }
    called.map_err(reqwest::Error::without_url)
}

fn span(request: &Request) -> Span {
    let url = request.url();
    let method = known_method(request.method().as_str());
    tracing::debug_span!(
        fields::CALL,
        { fields::OTEL_NAME } = method.unwrap_or("HTTP"),
        { fields::OTEL_KIND } = fields::CLIENT,
        { fields::OTEL_STATUS } = Empty,
        { fields::HTTP_METHOD } = method.unwrap_or("_OTHER"),
        { fields::URL_FULL } = %told(url),
        { fields::SERVER_ADDRESS } = url.host_str(),
        { fields::SERVER_PORT } = url.port_or_known_default(),
        { fields::HTTP_STATUS } = Empty,
        { fields::ERROR_TYPE } = Empty,
    )
}

/// Replaces what the caller may have set: there is one trace.
fn pass_on(onwards: &Onwards, request: &mut Request) {
    let headers = request.headers_mut();
    for (name, value) in [
        ("traceparent", Some(&onwards.parent)),
        ("tracestate", onwards.state.as_ref()),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
}

/// The URL without a login, the values of its parameters, and its fragment.
pub(super) fn told(url: &Url) -> Url {
    let mut told = url.clone();
    // What has no host has no login either.
    let _ = (told.set_username(""), told.set_password(None));
    told.set_fragment(None);
    if url.query().is_some() {
        let names = url.query_pairs().map(|(name, _)| name);
        told.query_pairs_mut()
            .clear()
            .extend_pairs(names.map(|name| (name, REDACTED)));
    }
    told
}

fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else if error.is_redirect() {
        "redirect"
    } else if error.is_builder() {
        "request"
    } else {
        "transport"
    }
}
