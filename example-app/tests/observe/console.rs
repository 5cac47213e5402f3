//! Spans as development prints them.

use skeleton_tests::{Server, curl};

use super::PROGRAM;

/// The log for people, after an article was made.
fn log(settings: &[(&str, &str)]) -> String {
    let server = Server::start(PROGRAM, settings);
    let token = server.command(&["token"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    curl(&[
        "-H",
        &bearer,
        "-H",
        "content-type: application/json",
        "-d",
        r#"{"title": "canary", "body": "B"}"#,
        &server.url("/articles"),
    ]);
    curl(&[&server.url("/health")]);
    let (code, log) = server.stop_and_read();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("answered"), "{log}");
    log
}

fn is_of_a_tree(line: &str) -> bool {
    line.starts_with(['├', '└', '│', ' ']) && line.contains(" ms")
}

#[test]
fn development_prints_a_tree_for_each_request() {
    let log = log(&[("LOG_FORMAT", "pretty")]);
    let mut lines = log.lines().skip_while(|line| !line.contains("answered"));
    let answered = lines.next().unwrap();
    let root = lines.next().unwrap();
    assert!(root.starts_with("POST /articles 201  "), "{log}");
    let (_, trace) = root.split_once(" ms  trace ").unwrap();
    assert!(answered.contains(trace), "{log}");
    let tree: Vec<_> = lines.take_while(|line| is_of_a_tree(line)).collect();
    for (start, end) in [
        ("├─ authenticate  ", " ms"),
        ("│  └─ SELECT auth_sessions  ", " ms  rows 1"),
        ("├─ hook before_create Article  ", " ms"),
        ("│  └─ SELECT articles  ", " ms  rows 0"),
        ("├─ INSERT articles  ", " ms  rows 1"),
    ] {
        let found = tree
            .iter()
            .any(|line| line.starts_with(start) && line.ends_with(end));
        assert!(found, "{start}…{end}\n{log}");
    }
    assert!(!log.contains("GET /health"), "probes are no news: {log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(
        !log.contains("after_create"),
        "that hook does nothing: {log}"
    );
}

#[test]
fn no_request_is_left_out() {
    let server = Server::start(PROGRAM, &[("LOG_FORMAT", "pretty")]);
    let token = server.command(&["token"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    for _ in 0..20 {
        curl(&["-H", &bearer, &server.url("/articles")]);
    }
    let (_, log) = server.stop_and_read();
    let roots = log.lines().filter(|line| line.starts_with("GET /articles"));
    assert_eq!(roots.count(), 20, "{log}");
}

#[test]
fn production_machines_and_levels_have_no_trees() {
    for settings in [
        [("LOG_FORMAT", "json"), ("RUST_LOG", "info")],
        [("LOG_FORMAT", "pretty"), ("APP_ENV", "test")],
        [
            ("LOG_FORMAT", "pretty"),
            ("RUST_LOG", "info,skeleton_runtime::traces=off"),
        ],
    ] {
        let log = log(&settings);
        assert!(!log.lines().any(is_of_a_tree), "{settings:?}: {log}");
    }
}
