//! The layer that keeps a record of each exported span, and gives it away as the span ends.
//!
//! Only what is exported is kept: no context that others would read, no events (they are for the log), no times of
//! waiting. That is what makes a span cheap.

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::Link;
use tracing::span::{Attributes, Id, Record};
use tracing::{Span, Subscriber, dispatcher};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::Destination;
use super::record::{Ratio, SpanRecord};

#[derive(Debug)]
pub(super) struct SpanLayer {
    destination: Arc<Destination>,
    ratio: Ratio,
}

impl SpanLayer {
    /// Keeps the part `ratio` of the traces that begin here.
    pub(super) fn new(destination: Arc<Destination>, ratio: Ratio) -> Self {
        Self { destination, ratio }
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        // The nearest one that is exported.
        let parent = span.scope().skip(1).find_map(|above| {
            let extensions = above.extensions();
            extensions.get::<SpanRecord>().map(SpanRecord::child)
        });
        let mut record = parent.unwrap_or_else(|| SpanRecord::root(self.ratio));
        record.begin(attributes);
        span.extensions_mut().insert(record);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(record) = span.extensions_mut().get_mut::<SpanRecord>() {
            record.add(values);
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let (Some(span), Some(follows)) = (context.span(id), context.span(follows)) else {
            return;
        };
        let cause = follows.extensions().get().map(SpanRecord::context);
        if let Some(cause) = cause
            && let Some(record) = span.extensions_mut().get_mut::<SpanRecord>()
        {
            record.link(Link::with_context(cause));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let record = span.extensions_mut().remove::<SpanRecord>();
        if let Some(data) = record.and_then(|record| record.end(SystemTime::now())) {
            self.destination.take(data);
        }
    }
}

/// Looks at the record of `span`, if it is exported.
pub(in crate::telemetry) fn with_record<T>(
    span: &Span,
    look: impl FnOnce(&mut SpanRecord) -> T,
) -> Option<T> {
    span.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        span.extensions_mut().get_mut().map(look)
    })?
}

/// Looks at the record of the current span, or of the nearest one around it that is exported.
pub(in crate::telemetry) fn current<T>(mut look: impl FnMut(&SpanRecord) -> T) -> Option<T> {
    dispatcher::get_default(|dispatch| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        let span = registry.span(current.id()?)?;
        span.scope()
            .find_map(|span| span.extensions().get().map(&mut look))
    })
}
