//! Spans for people, where no collector gets them: each request as a tree, on standard error behind its line in the log.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::SpanData;
use tracing::Level;
use tracing_subscriber::filter::Targets;

use crate::telemetry::is_probe;

use super::tree::{MOST_LINES, Tree};

/// Of traces whose request is not over, or will never be: a handler's own tasks may live on.
const MOST_TRACES: usize = 1_000;
/// Of one trace, which need not be a request's: a loop of the application's own never ends.
const MOST_SPANS: usize = 10 * MOST_LINES;

static TREES: AtomicBool = AtomicBool::new(true);
static TREES_OF_PROBES: AtomicBool = AtomicBool::new(false);

/// Keeps spans until their request ends.
#[derive(Debug, Default)]
pub(super) struct Console(Mutex<HashMap<TraceId, Vec<SpanData>>>);

impl Console {
    /// Prints the tree of a request once it is done.
    pub(super) fn print(&self, span: SpanData) {
        if let Some(tree) = self.put(span)
            && is_wanted(&tree)
        {
            // Nobody can be told that standard error takes nothing.
            let _ = write!(std::io::stderr().lock(), "{tree}");
        }
    }

    /// The tree of a request that ends.
    fn put(&self, span: SpanData) -> Option<Tree> {
        let trace = span.span_context.trace_id();
        let mut traces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if span.span_kind != SpanKind::Server {
            if traces.len() >= MOST_TRACES {
                traces.clear();
            }
            let spans = traces.entry(trace).or_default();
            if spans.len() < MOST_SPANS {
                spans.push(span);
            }
            return None;
        }
        let mut spans = traces.remove(&trace).unwrap_or_default();
        let tree = Tree::of(span, &mut spans);
        if !spans.is_empty() {
            // Of another request of the same trace.
            traces.insert(trace, spans);
        }
        Some(tree)
    }
}

/// Takes over what the levels of the log say of trees.
///
/// `tracing` is not asked as a tree is done: the answer would stay with the thread, and keep its next span from being
/// made.
pub(in crate::telemetry) fn follow(levels: &str) {
    const TARGET: &str = "skeleton_runtime::traces";
    // Those of single spans are not about trees, and don't parse here.
    let directives = levels.split(',').map(str::trim);
    let directives: Vec<_> = directives
        .filter(|directive| directive.parse::<Targets>().is_ok())
        .collect();
    let targets: Targets = directives.join(",").parse().unwrap_or_default();
    let is_enabled = |level| targets.would_enable(TARGET, level);
    TREES.store(is_enabled(&Level::INFO), Ordering::Relaxed);
    TREES_OF_PROBES.store(is_enabled(&Level::DEBUG), Ordering::Relaxed);
}

/// By the levels of the log, as the line of the request is.
fn is_wanted(tree: &Tree) -> bool {
    let of_a_probe = tree.route().is_some_and(|route| is_probe(&route));
    let level = if of_a_probe { &TREES_OF_PROBES } else { &TREES };
    tree.has_branches() && level.load(Ordering::Relaxed)
}
