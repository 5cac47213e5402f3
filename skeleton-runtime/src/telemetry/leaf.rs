//! A span that nothing is within, made without `tracing`: it is never entered, so it costs a third of one that is.
//!
//! It exists only where spans are exported; the log has its own.

use super::fields;
#[cfg(feature = "otlp")]
use super::otlp::{self, SpanRecord};

/// A span that nothing is within, a child of the current one. Dropped before its end, it was none.
#[derive(Debug)]
pub(crate) struct Leaf {
    #[cfg(feature = "otlp")]
    record: Option<Box<SpanRecord>>,
}

#[cfg_attr(
    not(feature = "otlp"),
    expect(clippy::unused_self, reason = "as with the feature")
)]
impl Leaf {
    /// A part of the work here.
    pub(crate) fn begin(name: &'static str) -> Self {
        #[cfg(not(feature = "otlp"))]
        let _ = name;
        Self {
            #[cfg(feature = "otlp")]
            record: otlp::leaf(name, opentelemetry::trace::SpanKind::Internal),
        }
    }

    /// A call to another system.
    pub(crate) fn begin_call(name: &'static str) -> Self {
        #[cfg(not(feature = "otlp"))]
        let _ = name;
        Self {
            #[cfg(feature = "otlp")]
            record: otlp::leaf(name, opentelemetry::trace::SpanKind::Client),
        }
    }

    /// Whether what is told of it will be seen.
    pub(crate) fn is_seen(&self) -> bool {
        #[cfg(feature = "otlp")]
        return self.record.is_some();
        #[cfg(not(feature = "otlp"))]
        false
    }

    #[cfg_attr(
        not(feature = "otlp"),
        expect(clippy::needless_pass_by_value, reason = "as with the feature")
    )]
    pub(crate) fn rename(&mut self, name: String) {
        #[cfg(feature = "otlp")]
        if let Some(record) = &mut self.record {
            record.rename(name);
        }
        #[cfg(not(feature = "otlp"))]
        let _ = name;
    }

    /// Tells a field that was not told yet.
    pub(crate) fn text(&mut self, field: &'static str, text: &str) {
        #[cfg(feature = "otlp")]
        if let Some(record) = &mut self.record {
            record.tell(field, text.to_owned());
        }
        #[cfg(not(feature = "otlp"))]
        let _ = (field, text);
    }

    /// As [`text`](Self::text), of the few that the kit knows.
    pub(crate) fn word(&mut self, field: &'static str, word: &'static str) {
        #[cfg(feature = "otlp")]
        if let Some(record) = &mut self.record {
            record.tell(field, word);
        }
        #[cfg(not(feature = "otlp"))]
        let _ = (field, word);
    }

    /// As [`text`](Self::text).
    pub(crate) fn count(&mut self, field: &'static str, count: usize) {
        #[cfg(feature = "otlp")]
        if let Some(record) = &mut self.record {
            record.tell(field, i64::try_from(count).unwrap_or(i64::MAX));
        }
        #[cfg(not(feature = "otlp"))]
        let _ = (field, count);
    }

    /// What it is about went wrong.
    pub(crate) fn fail(&mut self, kind: &'static str, is_fault: bool) {
        self.word(fields::ERROR_TYPE, kind);
        #[cfg(feature = "otlp")]
        if is_fault && let Some(record) = &mut self.record {
            record.fail();
        }
        #[cfg(not(feature = "otlp"))]
        let _ = is_fault;
    }

    pub(crate) fn end(&mut self) {
        #[cfg(feature = "otlp")]
        if let Some(record) = self.record.take() {
            otlp::end(*record);
        }
    }
}
