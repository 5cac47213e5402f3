//! What is known of a span until it ends.

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::LazyLock;
use std::time::SystemTime;

use opentelemetry::trace::{Link, SpanContext, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{InstrumentationScope, KeyValue, SpanId, TraceId, Value};
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator, SpanData};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Record};

use crate::telemetry::fields;
use crate::telemetry::trace_context::{self, TraceParent};

static SCOPE: LazyLock<InstrumentationScope> =
    LazyLock::new(|| InstrumentationScope::builder("skeleton-runtime").build());

/// As many attributes as a request has, so that their list does not grow.
const ATTRIBUTES: usize = 14;
/// As many as a statement has.
const ATTRIBUTES_OF_STATEMENT: usize = 6;

/// The part of the traces that begin here which is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio(u64);

impl Ratio {
    pub(super) const ALL: Self = Self(u64::MAX);

    /// Of 0 to 1. It is held against the lower 63 bits of the trace's id, so that all services keep the same traces.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a bound that is off by the rounding of a float is as good"
    )]
    pub(super) fn new(ratio: f64) -> Self {
        if ratio >= 1.0 {
            return Self::ALL;
        }
        Self((ratio.max(0.0) * (1_u64 << 63) as f64) as u64)
    }

    fn keeps(self, trace: TraceId) -> bool {
        let low = u128::from_be_bytes(trace.to_bytes()) & u128::from(u64::MAX);
        low >> 1 < u128::from(self.0)
    }
}

/// What is known of a span until it ends.
#[derive(Debug)]
pub(in crate::telemetry) struct SpanRecord {
    trace: TraceId,
    id: SpanId,
    parent: SpanId,
    parent_is_remote: bool,
    state: TraceState,
    is_sampled: bool,
    /// What decides of a trace that begins here.
    ratio: Ratio,
    name: Cow<'static, str>,
    kind: SpanKind,
    status: Status,
    start: SystemTime,
    attributes: Vec<KeyValue>,
    links: Vec<Link>,
}

impl SpanRecord {
    /// The beginning of a trace.
    pub(super) fn root(ratio: Ratio) -> Self {
        let trace = RandomIdGenerator::default().new_trace_id();
        Self {
            is_sampled: ratio.keeps(trace),
            ..Self::new(trace, SpanId::INVALID, TraceState::NONE, ratio)
        }
    }

    /// A span within this one.
    pub(super) fn child(&self) -> Self {
        Self {
            is_sampled: self.is_sampled,
            ..Self::new(self.trace, self.id, self.state.clone(), self.ratio)
        }
    }

    fn new(trace: TraceId, parent: SpanId, state: TraceState, ratio: Ratio) -> Self {
        Self {
            trace,
            id: RandomIdGenerator::default().new_span_id(),
            parent,
            parent_is_remote: false,
            state,
            is_sampled: true,
            ratio,
            name: Cow::Borrowed(""),
            kind: SpanKind::Internal,
            status: Status::Unset,
            start: SystemTime::now(),
            attributes: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Has the span belong to this trace, as its first span here.
    ///
    /// Before it has children.
    pub(in crate::telemetry) fn join(&mut self, trace: trace_context::TraceId) {
        self.trace = TraceId::from_bytes(trace.0);
        self.is_sampled = self.ratio.keeps(self.trace);
    }

    /// Has the span be a child of a caller's. Before it has children.
    pub(in crate::telemetry) fn continue_from(&mut self, parent: TraceParent, state: TraceState) {
        self.trace = TraceId::from_bytes(parent.trace.0);
        self.parent = SpanId::from_bytes(parent.span);
        self.parent_is_remote = true;
        self.is_sampled = parent.is_sampled;
        self.state = state;
    }

    /// Whether what is told of it will be seen.
    pub(in crate::telemetry) fn is_sampled(&self) -> bool {
        self.is_sampled
    }

    pub(in crate::telemetry) fn context(&self) -> SpanContext {
        let flags = TraceFlags::default().with_sampled(self.is_sampled);
        SpanContext::new(self.trace, self.id, flags, false, self.state.clone())
    }

    /// As what other services get of it.
    pub(in crate::telemetry) fn as_parent(&self) -> TraceParent {
        TraceParent {
            trace: trace_context::TraceId(self.trace.to_bytes()),
            span: self.id.to_bytes(),
            is_sampled: self.is_sampled,
        }
    }

    /// As what other services get of it, beside [`as_parent`](Self::as_parent).
    #[cfg(feature = "client")]
    pub(in crate::telemetry) fn state(&self) -> &TraceState {
        &self.state
    }

    /// What a leaf is.
    pub(super) fn be(&mut self, name: &'static str, kind: SpanKind) {
        self.name = Cow::Borrowed(name);
        if kind == SpanKind::Client {
            self.attributes.reserve_exact(ATTRIBUTES_OF_STATEMENT);
        }
        self.kind = kind;
    }

    pub(in crate::telemetry) fn rename(&mut self, name: impl Into<Cow<'static, str>>) {
        self.name = name.into();
    }

    pub(in crate::telemetry) fn fail(&mut self) {
        self.status = Status::error("");
    }

    /// Tells something that was not told yet.
    pub(in crate::telemetry) fn tell(&mut self, name: &'static str, value: impl Into<Value>) {
        self.attributes.push(KeyValue::new(name, value));
    }

    pub(super) fn link(&mut self, link: Link) {
        self.links.push(link);
    }

    pub(super) fn begin(&mut self, attributes: &Attributes<'_>) {
        self.name = Cow::Borrowed(attributes.metadata().name());
        // Of a root it may turn out to be sampled yet.
        if self.is_sampled || self.parent == SpanId::INVALID {
            self.attributes.reserve(ATTRIBUTES);
            attributes.record(self);
        }
    }

    pub(super) fn add(&mut self, values: &Record<'_>) {
        if self.is_sampled {
            values.record(self);
        }
    }

    /// What is sent, if it is.
    pub(super) fn end(self, end: SystemTime) -> Option<SpanData> {
        self.is_sampled.then(|| {
            let mut data = SpanData {
                span_context: self.context(),
                parent_span_id: self.parent,
                parent_span_is_remote: self.parent_is_remote,
                span_kind: self.kind,
                name: self.name,
                start_time: self.start,
                end_time: end,
                attributes: self.attributes,
                dropped_attributes_count: 0,
                events: opentelemetry_sdk::trace::SpanEvents::default(),
                links: opentelemetry_sdk::trace::SpanLinks::default(),
                status: self.status,
                instrumentation_scope: SCOPE.clone(),
            };
            data.links.links = self.links;
            data
        })
    }

    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name();
        let told = self.attributes.iter_mut();
        match told.rev().find(|told| told.key.as_str() == name) {
            Some(told) => told.value = value.into(),
            None => self.tell(name, value),
        }
    }

    fn put_text(&mut self, field: &Field, text: &str) {
        match field.name() {
            fields::OTEL_NAME => self.name = Cow::Owned(text.to_owned()),
            fields::OTEL_KIND => self.kind = kind(text),
            fields::OTEL_STATUS => {
                self.status = match text {
                    "OK" | "ok" => Status::Ok,
                    "ERROR" | "error" => Status::error(""),
                    _ => Status::Unset,
                }
            }
            // The span has it.
            fields::TRACE_ID => {}
            _ => self.put(field, text.to_owned()),
        }
    }
}

fn kind(text: &str) -> SpanKind {
    const KINDS: [(&str, SpanKind); 4] = [
        (fields::SERVER, SpanKind::Server),
        (fields::CLIENT, SpanKind::Client),
        ("producer", SpanKind::Producer),
        ("consumer", SpanKind::Consumer),
    ];
    let found = KINDS
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map_or(SpanKind::Internal, |(_, kind)| kind)
}

impl Visit for SpanRecord {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.put(field, value),
            // OpenTelemetry has no larger numbers.
            Err(_) => self.put(field, value.to_string()),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put_text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() != fields::TRACE_ID {
            self.put_text(field, &format!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_kept_by_the_lower_half_of_the_id() {
        let id = |low: u64| TraceId::from((7_u128 << 64) | u128::from(low));
        for (ratio, low, is_kept) in [
            (0.0, 0, false),
            (0.5, 0, true),
            (0.5, (1 << 63) - 1, true),
            (0.5, 1 << 63, false),
            (1.0, u64::MAX, true),
        ] {
            assert_eq!(Ratio::new(ratio).keeps(id(low)), is_kept, "{ratio} {low}");
        }
    }

    #[test]
    fn a_child_goes_the_way_of_its_trace() {
        let mut root = SpanRecord::root(Ratio::ALL);
        let state: TraceState = "vendor=1".parse().unwrap();
        let caller = TraceParent {
            trace: trace_context::TraceId([1; 16]),
            span: [2; 8],
            is_sampled: false,
        };
        root.continue_from(caller, state.clone());
        let child = root.child();
        assert_eq!(child.as_parent().trace, caller.trace);
        assert_eq!((child.parent, &child.state), (root.id, &state));
        assert!(child.end(SystemTime::now()).is_none(), "it is not sampled");
        root.join(trace_context::TraceId([3; 16]));
        let told = root.end(SystemTime::now()).unwrap();
        assert_eq!(told.span_context.trace_id(), TraceId::from_bytes([3; 16]));
    }
}
