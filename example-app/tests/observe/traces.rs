//! Spans, as a collector gets them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use serde_json::Value;
use skeleton_tests::otlp::{Collector, Span, SpanKind, attribute, hex, listen, read};
use skeleton_tests::{Server, curl, free_port, signal};

use super::PROGRAM;

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

/// A figure of `/metrics`.
fn figure(server: &Server, name: &str) -> Option<u64> {
    let text = curl(&[&server.url("/metrics")]);
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.parse().ok()
}

/// A collector that answers every batch with these bytes.
fn answering(answer: &'static [u8]) -> String {
    listen(move |mut stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Ok(Some(_)) = read(&mut reader) {
            let _ = stream.write_all(answer);
        }
    })
}

#[test]
fn what_a_collector_refuses_is_counted_and_told_of_once() {
    // Tag 1 of the answer: a part was rejected; its tag 1: two spans.
    let partly = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\x0a\x02\x08\x02";
    for (answer, reason) in [
        (&partly[..], "it rejected some"),
        (
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nno\n",
            "it answers 400",
        ),
        (b"220 welcome to the wrong port\r\n", "invalid HTTP"),
    ] {
        let endpoint = answering(answer);
        let server = start(&endpoint, &[]);
        for _ in 0..3 {
            for _ in 0..5 {
                curl(&[&server.url("/openapi.json")]);
            }
            let before = figure(&server, "otlp_spans_lost_total").unwrap();
            skeleton_tests::wait_for("loss", || {
                (figure(&server, "otlp_spans_lost_total")? > before).then_some(())
            });
        }
        let made = figure(&server, "otlp_spans_made_total").unwrap();
        let sent = figure(&server, "otlp_spans_sent_total").unwrap();
        assert!(made > 15);
        assert_eq!(sent > 0, reason == "it rejected some", "{reason}: {sent}");
        let (code, log) = server.stop_and_read();
        assert_eq!(code, Some(0));
        assert_eq!(log.matches("does not take spans").count(), 1, "{log}");
        assert!(log.contains(reason), "{log}");
    }
}

#[test]
fn hooks_and_passwords_are_spans() {
    let (collector, endpoint) = Collector::start();
    let server = start(&endpoint, &[]);
    let json = "content-type: application/json";
    let article = r#"{"title": "T", "body": "B"}"#;
    curl(&[
        "-H",
        &bearer(&server),
        "-H",
        json,
        "-d",
        article,
        &server.url("/articles"),
    ]);
    let login = r#"{"email": "a@example.com", "password": "wrong"}"#;
    curl(&["-H", json, "-d", login, &server.url("/auth/token")]);
    assert_eq!(server.stop(), Some(0));
    let spans = collector.spans();
    let request = find(&spans, "POST /articles");
    let hook = find(&spans, "hook before_create Article");
    assert_eq!(hook.parent_span_id, request.span_id);
    let inner = find(&spans, "SELECT articles");
    assert_eq!(inner.parent_span_id, hook.span_id);
    let insert = find(&spans, "INSERT articles");
    assert_eq!(insert.parent_span_id, request.span_id);
    let hooks = spans.iter().filter(|span| span.name.starts_with("hook "));
    assert_eq!(hooks.count(), 1, "the others do nothing");
    let password = find(&spans, "password");
    assert_eq!(
        password.parent_span_id,
        find(&spans, "POST /auth/token").span_id
    );
    assert!(attribute(&password.attributes, "waited_ms").is_some());
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
