//! The viewer prints what a service would send it.
#![cfg(test)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::Message as _;
use skeleton_tests::curl;
use skeleton_tests::otlp::Span;

fn span(id: u8, parent: u8, name: &str) -> Span {
    Span {
        trace_id: vec![7; 16],
        span_id: vec![id; 8],
        parent_span_id: if parent == 0 {
            Vec::new()
        } else {
            vec![parent; 8]
        },
        name: name.to_owned(),
        ..Span::default()
    }
}

/// A batch of one span, as a file.
fn batch(folder: &std::path::Path, span: Span) -> String {
    let request = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans: vec![ScopeSpans {
                spans: vec![span],
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    };
    let path = folder.join("batch");
    std::fs::write(&path, request.encode_to_vec()).unwrap();
    format!("@{}", path.display())
}

#[test]
fn a_trace_of_several_batches_is_one_tree() {
    let mut viewer = Command::new(env!("CARGO_BIN_EXE_otlp-viewer"))
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(viewer.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let endpoint = lines.next().unwrap();
    let endpoint = endpoint.strip_prefix("OTLP_ENDPOINT=").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for span in [span(2, 1, "SELECT articles"), span(1, 0, "GET /articles")] {
        let body = batch(folder.path(), span);
        let media = "content-type: application/x-protobuf";
        curl(&["-H", media, "--data-binary", &body, endpoint]);
    }
    let root = lines.next().unwrap();
    assert!(root.starts_with("GET /articles  "), "{root}");
    assert!(root.ends_with(&format!("  trace {}", "07".repeat(16))));
    let child = lines.next().unwrap();
    assert!(child.starts_with("└─ SELECT articles  "), "{child}");
    viewer.kill().unwrap();
    viewer.wait().unwrap();
}
