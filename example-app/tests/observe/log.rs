//! Levels that change, and slow statements.

use std::fs;

use serde_json::Value;
use skeleton_tests::{Server, curl, signal, wait_for};

use super::PROGRAM;

fn lines(log: &str) -> Vec<Value> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines.collect()
}

#[test]
fn the_levels_change_on_sighup() {
    let server = Server::start(PROGRAM, &[("RUST_LOG", "warn")]);
    let reload = |filter: &str| {
        fs::write(server.folder().join(".env"), format!("RUST_LOG={filter}\n")).unwrap();
        signal(server.id(), "HUP");
    };
    curl(&[&server.url("/openapi.json")]);
    reload("info");
    let mut log = String::new();
    wait_for("line about the levels", || {
        log.push_str(&server.log());
        log.contains("were read again").then_some(())
    });
    assert!(!log.contains("answered"), "{log}");
    curl(&[&server.url("/openapi.json")]);
    wait_for("answered", || {
        server.log().contains("answered").then_some(())
    });
    reload("no=such=filter");
    wait_for("fault", || {
        server.log().contains("does not parse").then_some(())
    });
    // Without a word in the file it is that of the start.
    fs::write(server.folder().join(".env"), "").unwrap();
    signal(server.id(), "HUP");
    wait_for("silence", || {
        curl(&[&server.url("/openapi.json")]);
        (!server.log().contains("answered")).then_some(())
    });
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_request_is_one_line_and_a_probe_none() {
    let server = Server::start(PROGRAM, &[]);
    let token = server.command(&["token"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    curl(&["-H", &bearer, &server.url("/auth/me")]);
    for path in ["/health", "/health/live", "/health/ready", "/metrics"] {
        curl(&[&server.url(path)]);
    }
    let (_, log) = server.stop_and_read();
    let lines = lines(&log);
    let answered: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .collect();
    let [line] = answered[..] else {
        panic!("one line: {log}")
    };
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/auth/me");
    assert_eq!(line["status"], 200);
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(line["trace.id"].as_str().unwrap().len(), 32);
    for name in ["request.id", "user.id"] {
        assert_eq!(line[name].as_str().unwrap().len(), 36, "{line}");
    }
}

#[test]
fn slow_statements_are_told_without_their_values() {
    let server = Server::start(PROGRAM, &[("DATABASE_SLOW_QUERY_SECONDS", "0")]);
    let token = server.command(&["token"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    curl(&["-H", &bearer, &server.url("/articles?title=canary")]);
    let (_, log) = server.stop_and_read();
    let lines = lines(&log);
    let slow = lines.iter().find(|line| {
        let text = line["db.query.text"].as_str().unwrap_or_default();
        line["message"] == "slow query" && text.contains("FROM \"articles\"")
    });
    let slow = slow.expect("every statement is slow");
    assert_eq!(slow["level"], "WARN");
    assert!(slow["duration_ms"].as_f64().unwrap() > 0.0);
    let trace = slow["trace.id"].as_str().unwrap();
    assert_eq!(trace.len(), 32, "{slow}");
    assert!(slow["request.id"].is_string(), "{slow}");
    assert!(!log.contains("canary"), "{log}");
}

#[test]
fn development_reads_what_it_does_at_debug() {
    let server = Server::start(PROGRAM, &[("RUST_LOG", "debug"), ("LOG_FORMAT", "pretty")]);
    curl(&[&server.url("/health")]);
    let (_, log) = server.stop_and_read();
    let line = log
        .lines()
        .find(|line| line.contains("query done") && line.contains("=\"SELECT 1\""));
    let line = line.unwrap_or_else(|| panic!("no statement is told:\n{log}"));
    assert!(
        line.contains("duration_ms=") && line.contains("trace.id="),
        "{line}"
    );
}
