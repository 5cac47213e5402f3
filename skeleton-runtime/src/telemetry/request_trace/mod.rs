//! The part of a trace that is a request here, by OpenTelemetry's conventions for HTTP servers.
//!
//! Its attributes are set on the exported span alone: as fields they would stand in every line of the log.

#[cfg(feature = "client")]
mod current;
#[cfg(feature = "otlp")]
mod exported;

use std::net::IpAddr;

use axum::http::{HeaderMap, Method, StatusCode, Uri, Version};
use tracing::Span;

use super::trace_context::{TraceId, TraceParent};

/// What is known of a request when it comes.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "nobody exports it"))]
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) version: Version,
    pub(crate) headers: &'a HeaderMap,
    /// The route's template.
    pub(crate) route: Option<&'a str>,
    pub(crate) client: Option<IpAddr>,
}

/// The trace that a request belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belonging {
    pub(crate) trace: TraceId,
    /// What the caller says of it.
    pub(crate) parent: Option<TraceParent>,
}

impl Belonging {
    /// What is passed on where no span is exported.
    fn passed_on(self) -> TraceParent {
        self.parent
            .unwrap_or_else(|| TraceParent::begun(self.trace))
    }
}

/// What a call to another service carries as `traceparent`: the current span where spans are exported, else what the
/// caller said.
pub(crate) fn outbound(belonging: Belonging) -> String {
    #[cfg(feature = "otlp")]
    if let Some(current) = exported::current() {
        return current.to_string();
    }
    belonging.passed_on().to_string()
}

/// What a call to another service carries of its trace.
#[cfg(feature = "client")]
pub(super) struct Onwards {
    /// `traceparent`.
    pub(super) parent: String,
    /// `tracestate`.
    pub(super) state: Option<String>,
}

/// That of the call whose span this is; where that is not exported, that of the request on this thread.
#[cfg(feature = "client")]
pub(super) fn onwards(span: &Span) -> Option<Onwards> {
    #[cfg(feature = "otlp")]
    if let Some(onwards) = exported::onwards(span) {
        return Some(onwards);
    }
    let _ = span;
    current::get().map(|current| Onwards {
        parent: current.to_string(),
        state: None,
    })
}

/// The trace of a request, for as long as that lasts.
#[derive(Debug)]
pub(crate) struct RequestTrace {
    #[cfg(feature = "client")]
    passed_on: TraceParent,
    #[cfg(feature = "otlp")]
    exported: exported::Exported,
}

impl RequestTrace {
    /// Ties `span` to the caller's trace, or begins the trace that the log names.
    pub(crate) fn begin<'a>(
        span: &Span,
        belonging: Belonging,
        head: impl FnOnce() -> Head<'a>,
    ) -> Self {
        #[cfg(not(feature = "otlp"))]
        let _ = (span, head, belonging);
        Self {
            #[cfg(feature = "client")]
            passed_on: belonging.passed_on(),
            #[cfg(feature = "otlp")]
            exported: exported::Exported::begin(span, belonging, head),
        }
    }

    /// Runs `work`, whose calls to other services belong to this trace.
    #[cfg_attr(
        not(feature = "client"),
        expect(clippy::unused_self, reason = "as with the feature")
    )]
    pub(crate) fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        #[cfg(feature = "client")]
        let _current = current::set(self.passed_on);
        work()
    }

    /// A 5xx is an error of the service; a 4xx is none.
    #[cfg_attr(
        not(feature = "otlp"),
        expect(clippy::unused_self, reason = "as with the feature")
    )]
    pub(crate) fn finish(&self, span: &Span, status: StatusCode, problem: Option<&'static str>) {
        #[cfg(feature = "otlp")]
        self.exported.finish(span, status, problem);
        #[cfg(not(feature = "otlp"))]
        let _ = (span, status, problem);
    }
}
