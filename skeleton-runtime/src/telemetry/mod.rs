//! The log, the figures and the traces of a service, and the names of their fields.
//!
//! Lines go to standard error, so that the standard output of a command stays for machines.

#[cfg(test)]
pub(crate) mod capture;
#[cfg(feature = "client")]
pub mod client;
mod escape;
mod events;
pub mod fields;
mod json;
mod leaf;
#[cfg(any(feature = "otlp", feature = "client", feature = "metrics"))]
mod method;
pub mod metrics;
#[cfg(feature = "otlp")]
mod otlp;
mod panics;
mod request_id;
mod request_trace;
mod start;
mod trace_context;
#[cfg(any(feature = "otlp", feature = "client"))]
mod transport;

use std::fmt::{Debug, Display, Write as _};

use tracing::field::{Field, display};
use tracing::{Span, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::fmt::{self, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use escape::Printable;
pub use events::{AuthEvent, auth_event};
pub(crate) use leaf::Leaf;
pub use metrics::{Exposition, Metrics, QueryMeter};
pub(crate) use panics::count_panics;
pub use request_id::RequestId;
pub(crate) use request_trace::{Belonging, Head, RequestTrace, outbound};
pub use start::Telemetry;
pub(crate) use start::{count_spans, is_for_people};
pub use trace_context::TraceId;
pub(crate) use trace_context::TraceParent;

use json::{JsonEvents, JsonFields};

/// Puts the caller's id into every further line of this request.
#[doc(hidden)]
pub fn record_user(id: &dyn Display) {
    Span::current().record(fields::USER_ID, display(id));
}

/// Whether somebody asks every few seconds, and nobody wants to read of it.
pub(crate) fn is_probe(route: &str) -> bool {
    route == "/metrics" || route == "/health" || route.starts_with("/health/")
}

/// Lines for people.
fn pretty<S, W>(writer: W, color: bool) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fmt::layer()
        .fmt_fields(printable_fields())
        .with_ansi(color)
        .with_writer(writer)
}

/// Lines for machines.
fn json<S, W>(writer: W) -> impl Layer<S> + Send + Sync
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    fmt::layer()
        .fmt_fields(JsonFields)
        .event_format(JsonEvents)
        .with_writer(writer)
}

fn printable_fields() -> impl for<'a> FormatFields<'a> + Send + Sync + 'static {
    let field = |writer: &mut Writer<'_>, field: &Field, value: &dyn Debug| {
        if is_noise(field) {
            return Ok(());
        }
        let mut writer = Printable(writer);
        match field.name() {
            "message" => write!(writer, "{value:?}"),
            name => write!(writer, "{name}={value:?}"),
        }
    };
    format::debug_fn(field).delimited(" ")
}

/// Lines of libraries that use the crate `log` come with their place in the source, which is of no use; what begins
/// with `otel.` is for exported spans alone.
fn is_noise(field: &Field) -> bool {
    let name = field.name();
    matches!(name, "log.file" | "log.line" | "log.module_path") || name.starts_with("otel.")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tracing::field::Empty;
    use tracing::{debug, error, error_span, info};

    use super::capture::Capture;
    use super::*;

    fn events() {
        let span = error_span!(
            "request",
            { fields::REQUEST_ID } = "r-1",
            { fields::USER_ID } = Empty
        );
        let _entered = span.enter();
        record_user(&"u-7");
        info!({ fields::STATUS } = 200_u16, ratio = f64::NAN, path = "a\nb", debug = ?Some("\u{1b}"), "served \u{1b}[2J");
        error!("plain");
        debug!("not at this level");
    }

    #[test]
    fn json_lines_are_flat() {
        let (capture, _guard) = Capture::json();
        events();
        let lines = capture.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        let first = &lines[0];
        assert_eq!(first["level"], "INFO");
        assert_eq!(first["message"], "served \u{1b}[2J");
        assert_eq!(first["request.id"], "r-1");
        assert_eq!(first["user.id"], "u-7");
        assert_eq!(first["status"], 200);
        assert_eq!(first["ratio"], Value::Null);
        assert_eq!(first["path"], "a\nb");
        assert!(first["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!(lines[1]["message"], "plain");
        assert_eq!(lines[1]["request.id"], "r-1");
    }

    #[test]
    fn pretty_lines_have_no_control_characters() {
        let (capture, _guard) = Capture::pretty();
        events();
        let text = capture.text();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(
            text.contains("request.id=") && text.contains("u-7"),
            "{text}"
        );
        assert!(text.contains(r"served \u{1b}[2J"), "{text}");
    }
}
