//! Spans, as a collector gets them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::Value;
use skeleton_tests::{Server, curl, free_port, signal};

use super::PROGRAM;
use super::collector::{Collector, attribute, hex, listen};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn start(endpoint: &str, more: &[(&str, &str)]) -> Server {
    let settings = [&[("OTLP_ENDPOINT", endpoint)], more].concat();
    Server::start(PROGRAM, &settings)
}

fn bearer(server: &Server) -> String {
    format!(
        "authorization: Bearer {}",
        server.command(&["token"]).trim()
    )
}

fn find<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    let found = spans.iter().find(|span| span.name == name);
    found.unwrap_or_else(|| panic!("no {name} among {names:?}"))
}

#[test]
fn a_request_is_a_tree_of_spans_in_the_callers_trace() {
    let (collector, endpoint) = Collector::start();
    let settings = [
        ("OTEL_SERVICE_NAME", "newsroom"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%2Cb"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=test",
        ),
    ];
    let server = start(&endpoint, &settings);
    let parent = format!("traceparent: 00-{TRACE}-{PARENT}-01");
    let url = server.url("/articles?title=canary");
    curl(&[
        "-H",
        &bearer(&server),
        "-H",
        &parent,
        "-H",
        "x-request-id: mine",
        &url,
    ]);
    let (code, log) = server.stop_and_read();
    assert_eq!(code, Some(0));
    let all = collector.spans();
    let spans: Vec<_> = all
        .iter()
        .filter(|span| hex(&span.trace_id) == TRACE)
        .cloned()
        .collect();
    let request = find(&spans, "GET /articles");
    assert_eq!(request.kind(), SpanKind::Server);
    assert_eq!(hex(&request.parent_span_id), PARENT);
    assert_request(request);
    let authentication = find(&spans, "authenticate");
    assert_eq!(authentication.parent_span_id, request.span_id);
    assert_statement(&spans, request);
    assert!(
        !format!("{spans:?}").contains("canary"),
        "values and query strings stay here"
    );
    let line = log
        .lines()
        .find(|line| line.contains(r#""request.id":"mine""#))
        .unwrap();
    assert!(line.contains(TRACE), "{line}");
    let resource = collector.resource();
    assert_eq!(
        attribute(&resource, "service.name").as_deref(),
        Some("newsroom")
    );
    assert_eq!(
        attribute(&resource, "deployment.environment.name").as_deref(),
        Some("test")
    );
    assert!(
        collector.heads()[0].contains("x-key: a,b"),
        "{:?}",
        collector.heads()
    );
}

fn assert_request(request: &Span) {
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/articles"),
        ("http.response.status_code", "200"),
        ("url.path", "/articles"),
        ("url.scheme", "http"),
        ("network.protocol.version", "1.1"),
        ("client.address", "127.0.0.1"),
        ("server.address", "127.0.0.1"),
        ("request.id", "mine"),
    ] {
        assert_eq!(
            attribute(&request.attributes, name).as_deref(),
            Some(value),
            "{name}"
        );
    }
}

fn assert_statement(spans: &[Span], request: &Span) {
    let list = find(spans, "SELECT articles");
    assert_eq!(list.parent_span_id, request.span_id);
    assert_eq!(list.kind(), SpanKind::Client);
    let told = |name| attribute(&list.attributes, name);
    assert_eq!(told("db.system.name").as_deref(), Some("sqlite"));
    assert_eq!(told("db.operation.name").as_deref(), Some("SELECT"));
    assert_eq!(told("db.collection.name").as_deref(), Some("articles"));
    assert_eq!(told("db.response.returned_rows").as_deref(), Some("0"));
    assert!(told("db.query.text").unwrap().contains("FROM \"articles\""));
}

#[test]
fn a_trace_that_begins_here_has_the_id_that_the_log_names() {
    let (collector, endpoint) = Collector::start();
    let server = start(&endpoint, &[]);
    curl(&[&server.url("/openapi.json"), &server.url("/nowhere/at-all")]);
    let (_, log) = server.stop_and_read();
    let spans = collector.spans();
    let unmatched = find(&spans, "GET");
    assert_eq!(
        attribute(&unmatched.attributes, "error.type").as_deref(),
        Some("not_found")
    );
    assert_eq!(
        unmatched.status.as_ref().map_or(0, |status| status.code),
        0,
        "a 404 is no error of the service"
    );
    for span in spans.iter().filter(|span| span.kind() == SpanKind::Server) {
        assert_eq!(span.parent_span_id, b"");
        let id = attribute(&span.attributes, "request.id").unwrap();
        let line = log.lines().find(|line| line.contains(&id)).unwrap();
        assert!(line.contains(&hex(&span.trace_id)), "{line}");
    }
}

#[test]
fn only_a_share_is_sampled_but_what_the_caller_samples_is() {
    let (collector, endpoint) = Collector::start();
    let server = start(&endpoint, &[("OTEL_TRACES_SAMPLER_ARG", "0")]);
    let url = server.url("/openapi.json");
    for flags in ["00", "01"] {
        curl(&[
            "-H",
            &format!("traceparent: 00-{TRACE}-{PARENT}-{flags}"),
            &url,
        ]);
    }
    curl(&[&url]);
    let (_, log) = server.stop_and_read();
    assert_eq!(log.matches("\"answered\"").count(), 3, "{log}");
    assert_eq!(collector.spans().len(), 1);
}

/// Sends requests over one connection until it is closed; how many were answered.
fn load(port: u16) -> usize {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return 0;
    };
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    let mut answered = 0;
    loop {
        if writer
            .write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
            .is_err()
        {
            return answered;
        }
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return answered;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return answered;
        }
        answered += 1;
    }
}

#[test]
fn under_load_no_span_is_lost_to_the_end_of_the_process() {
    let (collector, endpoint) = Collector::start();
    let server = start(
        &endpoint,
        &[("RUST_LOG", "info,skeleton_runtime::http=debug")],
    );
    let port = server.port();
    let clients: Vec<_> = (0..8).map(|_| thread::spawn(move || load(port))).collect();
    // In the midst of it.
    skeleton_tests::wait_for("load", || (collector.spans().len() > 2000).then_some(()));
    let (code, log) = server.stop_and_read();
    assert_eq!(code, Some(0));
    let answered: usize = clients
        .into_iter()
        .map(|client| client.join().unwrap())
        .sum();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told = lines.filter(|line| {
        line["message"] == "answered" || line["message"] == "given up before it was answered"
    });
    let told = told.count();
    let spans = collector.spans();
    let requests = spans
        .iter()
        .filter(|span| span.kind() == SpanKind::Server)
        .count();
    assert_eq!(
        requests, told,
        "each request that the log tells of is a span"
    );
    assert!(requests >= answered, "{answered} were answered");
    let mut ids: Vec<_> = spans.iter().map(|span| span.span_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), spans.len(), "no span comes twice");
}

#[test]
fn a_collector_that_is_down_is_told_of_once_and_holds_up_nothing() {
    let endpoint = format!("http://127.0.0.1:{}/v1/traces", free_port());
    let server = start(&endpoint, &[]);
    for _ in 0..20 {
        assert!(curl(&[&server.url("/health/live")]).contains("ok"));
    }
    let mut log = String::new();
    skeleton_tests::wait_for("word of the collector", || {
        log.push_str(&server.log());
        log.contains("does not take spans").then_some(())
    });
    let (code, rest) = server.stop_and_read();
    assert_eq!(code, Some(0));
    log.push_str(&rest);
    assert_eq!(log.matches("does not take spans").count(), 1, "{log}");
}

#[test]
fn a_collector_that_never_answers_holds_up_nothing() {
    let endpoint = listen(|stream| {
        let _ = stream.try_clone().unwrap().read_to_end(&mut Vec::new());
    });
    let mut server = start(&endpoint, &[]);
    for _ in 0..20 {
        assert!(curl(&[&server.url("/health/live")]).contains("ok"));
    }
    signal(server.id(), "TERM");
    assert_eq!(server.wait(), Some(0));
}
