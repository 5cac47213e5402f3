//! The spans of a request as a tree for people.

use std::fmt::{self, Write as _};
use std::time::Duration;

use opentelemetry::trace::{SpanId, SpanKind};
use opentelemetry_sdk::trace::SpanData;

use crate::telemetry::escape::Printable;

/// More spans than a person reads; the rest is counted.
pub(super) const MOST_LINES: usize = 100;

/// A root with what lies below it; spans of other roots are left in `spans`.
pub(super) struct Tree {
    root: SpanData,
    /// By their beginnings.
    below: Vec<SpanData>,
}

impl Tree {
    /// Takes what lies below `root` out of `spans`.
    pub(super) fn of(root: SpanData, spans: &mut Vec<SpanData>) -> Self {
        let mut parents = vec![root.span_context.span_id()];
        let mut below = Vec::new();
        // Children end before their parents, so one pass from the end finds all but those that were given up.
        for position in (0..spans.len()).rev() {
            if parents.contains(&spans[position].parent_span_id) {
                let span = spans.remove(position);
                parents.push(span.span_context.span_id());
                below.push(span);
            }
        }
        below.sort_by_key(|span| span.start_time);
        Self { root, below }
    }

    /// Whether there is more than the request itself, of which the log told.
    pub(super) fn has_branches(&self) -> bool {
        !self.below.is_empty()
    }

    /// The route's template.
    pub(super) fn route(&self) -> Option<String> {
        told(&self.root, "http.route")
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        let trace = self.root.span_context.trace_id();
        line(text, &self.root)?;
        writeln!(text, "  trace {trace}")?;
        let mut lines = MOST_LINES;
        self.write_below(text, self.root.span_context.span_id(), "", &mut lines)?;
        match self.below.len().checked_sub(MOST_LINES) {
            Some(more @ 1..) => writeln!(text, "… and {more} more"),
            _ => Ok(()),
        }
    }

    fn write_below(
        &self,
        text: &mut String,
        parent: SpanId,
        indent: &str,
        lines: &mut usize,
    ) -> fmt::Result {
        let is_child = |span: &&SpanData| span.parent_span_id == parent;
        let mut children = self.below.iter().filter(is_child).peekable();
        while let Some(span) = children.next() {
            if *lines == 0 {
                return Ok(());
            }
            *lines -= 1;
            let (branch, further) = match children.peek() {
                Some(_) => ("├─ ", "│  "),
                None => ("└─ ", "   "),
            };
            write!(text, "{indent}{branch}")?;
            line(text, span)?;
            text.push('\n');
            let indent = format!("{indent}{further}");
            self.write_below(text, span.span_context.span_id(), &indent, lines)?;
        }
        Ok(())
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        formatter.write_str(&text)
    }
}

fn told(span: &SpanData, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|it| it.key.as_str() == name);
    found.map(|attribute| attribute.value.to_string())
}

/// As `GET /articles 200  3.214 ms`.
fn line(text: &mut String, span: &SpanData) -> fmt::Result {
    Printable(text).write_str(&span.name)?;
    let told = |name: &str| told(span, name);
    if let Some(status) = told("http.response.status_code") {
        write!(text, " {status}")?;
    }
    let lasted = span.end_time.duration_since(span.start_time);
    let milliseconds = lasted.unwrap_or(Duration::ZERO).as_secs_f64() * 1000.0;
    write!(text, "  {milliseconds:.3} ms")?;
    if let Some(rows) = told("db.response.returned_rows") {
        write!(text, "  rows {rows}")?;
    }
    // That of a request is its own line's.
    if span.span_kind != SpanKind::Server
        && let Some(url) = told("url.full")
    {
        text.push_str("  ");
        Printable(text).write_str(&url)?;
    }
    if let Some(error) = told("error.type") {
        text.push_str("  ");
        Printable(text).write_str(&error)?;
    }
    Ok(())
}
