//! One JSON object for each event, flat: its own fields and those of the spans around it.
//!
//! The library's own JSON format nests the fields, and parses those of a span anew for each event.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::escape::JsonText;
use super::is_noise;

/// Writes the events. Where a span and an event have a field of one name, the event's comes last, which is the one
/// that parsers keep.
pub(super) struct JsonEvents;

/// Writes fields as `,"name":value`, to be put behind others.
pub(super) struct JsonFields;

impl<S> FormatEvent<S, JsonFields> for JsonEvents
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        let metadata = event.metadata();
        for part in [
            "\",\"level\":\"",
            metadata.level().as_str(),
            "\",\"target\":\"",
            metadata.target(),
            "\"",
        ] {
            writer.write_str(part)?;
        }
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            if let Some(fields) = span.extensions().get::<FormattedFields<JsonFields>>() {
                writer.write_str(&fields.fields)?;
            }
        }
        context.format_fields(writer.by_ref(), event)?;
        writer.write_str("}\n")
    }
}

impl<'writer> FormatFields<'writer> for JsonFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut visitor = Visitor {
            writer,
            outcome: Ok(()),
        };
        fields.record(&mut visitor);
        visitor.outcome
    }

    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(current.as_writer(), fields)
    }
}

struct Visitor<'writer> {
    writer: Writer<'writer>,
    outcome: fmt::Result,
}

impl Visitor<'_> {
    fn field(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if self.outcome.is_err() || is_noise(field) {
            return;
        }
        self.outcome = [",\"", field.name(), "\":"]
            .into_iter()
            .try_for_each(|part| self.writer.write_str(part))
            .and_then(|()| value(&mut self.writer));
    }

    fn text(
        &mut self,
        field: &Field,
        text: impl FnOnce(&mut JsonText<'_, Writer<'_>>) -> fmt::Result,
    ) {
        self.field(field, |writer| {
            writer.write_str("\"")?;
            text(&mut JsonText(writer))?;
            writer.write_str("\"")
        });
    }
}

impl Visit for Visitor<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no NaN and no infinity.
        if value.is_finite() {
            self.field(field, |writer| write!(writer, "{value}"));
        } else {
            self.field(field, |writer| writer.write_str("null"));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, |writer| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, |text| text.write_str(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, |text| write!(text, "{value:?}"));
    }
}
