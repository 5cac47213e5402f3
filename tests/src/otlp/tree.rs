//! Traces for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Span, attribute, hex};

/// What is told of a span behind its duration.
const TOLD: [&str; 6] = [
    "http.response.status_code",
    "db.response.returned_rows",
    "waited_ms",
    "url.full",
    "error.type",
    "request.id",
];

/// Each trace as a tree of its spans; a span whose parent is elsewhere is a root.
pub fn trees(spans: &[Span]) -> String {
    let mut sorted: Vec<_> = spans.iter().collect();
    sorted.sort_by_key(|span| span.start_time_unix_nano);
    let ids: BTreeSet<_> = spans.iter().map(|span| &span.span_id).collect();
    let mut text = String::new();
    for root in sorted
        .iter()
        .filter(|span| !ids.contains(&span.parent_span_id))
    {
        let _ = writeln!(text, "{}  trace {}", line(root), hex(&root.trace_id));
        write_below(&mut text, &sorted, root, "");
    }
    text
}

fn write_below(text: &mut String, spans: &[&Span], parent: &Span, indent: &str) {
    let is_child = |span: &&&Span| span.parent_span_id == parent.span_id;
    let mut children = spans.iter().filter(is_child).peekable();
    while let Some(span) = children.next() {
        let (branch, further) = match children.peek() {
            Some(_) => ("├─ ", "│  "),
            None => ("└─ ", "   "),
        };
        let _ = writeln!(text, "{indent}{branch}{}", line(span));
        write_below(text, spans, span, &format!("{indent}{further}"));
    }
}

fn line(span: &Span) -> String {
    let nanos = span
        .end_time_unix_nano
        .saturating_sub(span.start_time_unix_nano);
    let lasted = std::time::Duration::from_nanos(nanos);
    let mut line = format!("{}  {lasted:.1?}", span.name.escape_debug());
    for name in TOLD {
        if let Some(value) = attribute(&span.attributes, name) {
            let _ = write!(line, "  {name}={}", value.escape_debug());
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: u8, parent: u8, name: &str, start: u64) -> Span {
        Span {
            trace_id: vec![7; 16],
            span_id: vec![id; 8],
            parent_span_id: vec![parent; 8],
            name: name.to_owned(),
            start_time_unix_nano: start,
            end_time_unix_nano: start + 1_500_000,
            ..Span::default()
        }
    }

    #[test]
    fn a_trace_is_a_tree() {
        let spans = [
            span(3, 2, "c", 2),
            span(4, 1, "d", 4),
            span(2, 1, "b", 1),
            span(1, 9, "a\n", 0),
        ];
        let trace = "07".repeat(16);
        let expected =
            format!("a\\n  1.5ms  trace {trace}\n├─ b  1.5ms\n│  └─ c  1.5ms\n└─ d  1.5ms\n");
        assert_eq!(trees(&spans), expected);
    }
}
