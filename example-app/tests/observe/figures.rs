//! What `/metrics` tells is what happened.

use std::collections::BTreeMap;
use std::thread;

use serde_json::{Value, json};
use skeleton_tests::{Server, curl, wait_for};

use super::PROGRAM;

const PASSWORD: &str = "a good long password";

/// The least that argon2 takes.
const CHEAP: [(&str, &str); 2] = [("ARGON2_MEMORY_KIB", "8"), ("ARGON2_ITERATIONS", "1")];

fn ask(server: &Server, method: &str, path: &str, token: &str, body: &Value) -> Value {
    let answer = curl(&[
        "-X",
        method,
        "-H",
        "content-type: application/json",
        "-H",
        &format!("authorization: Bearer {token}"),
        "-d",
        &body.to_string(),
        &server.url(path),
    ]);
    serde_json::from_str(&answer).unwrap_or(Value::Null)
}

fn post(server: &Server, path: &str, body: &Value) -> Value {
    let answer = curl(&[
        "-H",
        "content-type: application/json",
        "-d",
        &body.to_string(),
        &server.url(path),
    ]);
    serde_json::from_str(&answer).unwrap_or(Value::Null)
}

fn log_in(server: &Server, email: &str, password: &str) -> Value {
    let body = json!({"email": email, "password": password});
    post(server, "/auth/token", &body)
}

/// The value of a series; `None` where there is none.
fn figure(server: &Server, series: &str) -> Option<f64> {
    let text = curl(&[&server.url("/metrics")]);
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

fn events(server: &Server) -> BTreeMap<String, String> {
    let text = curl(&[&server.url("/metrics")]);
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("auth_events_total{event=\""));
    lines
        .map(|line| line.split_once("\"} ").unwrap())
        .map(|(event, count)| (event.to_owned(), count.to_owned()))
        .collect()
}

#[test]
fn what_happens_to_accounts_is_counted_and_told() {
    let limit = [("AUTH_LOGIN_LIMIT_PER_EMAIL", "2")];
    let server = Server::start(PROGRAM, &[&CHEAP[..], &limit].concat());
    let account = json!({"email": "ann@example.com", "password": PASSWORD});
    let ann = post(&server, "/auth/register", &account);
    let first = log_in(&server, "ann@example.com", PASSWORD);
    log_in(&server, "ann@example.com", "wrong");
    let spent = json!({"refresh_token": first["refresh_token"]});
    for _ in 0..2 {
        post(&server, "/auth/refresh", &spent);
    }
    post(&server, "/auth/refresh", &json!({"refresh_token": "none"}));
    let second = log_in(&server, "ann@example.com", PASSWORD);
    let ended = json!({"refresh_token": second["refresh_token"]});
    for _ in 0..2 {
        post(&server, "/auth/logout", &ended);
    }
    for _ in 0..3 {
        log_in(&server, "bob@example.com", "wrong");
    }
    let third = log_in(&server, "ann@example.com", PASSWORD);
    let passwords = json!({"current_password": PASSWORD, "new_password": "another good one"});
    let token = third["access_token"].as_str().unwrap();
    ask(&server, "POST", "/auth/password", token, &passwords);
    let admin = server.command(&["token", "--role", "OWNER"]);
    let id = ann["id"].as_str().unwrap();
    let user = format!("/users/{id}");
    ask(
        &server,
        "PATCH",
        &user,
        admin.trim(),
        &json!({"disabled": true}),
    );
    let expected = [
        ("account_changed", "1"),
        ("login_failed", "3"),
        ("login_ok", "3"),
        ("logout", "1"),
        ("password_changed", "1"),
        ("refresh_failed", "1"),
        ("refresh_ok", "1"),
        ("refresh_reused", "1"),
        ("registered", "1"),
        ("throttled", "1"),
    ];
    let expected = expected.map(|(event, count)| (event.to_owned(), count.to_owned()));
    assert_eq!(events(&server), BTreeMap::from(expected));
    let (_, log) = server.stop_and_read();
    assert_told(&log, id);
}

fn assert_told(log: &str, ann: &str) {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told: Vec<_> = lines.filter(|line| line["message"] == "account").collect();
    assert_eq!(told.len(), 14, "{log}");
    for line in &told {
        let event = line["event"].as_str().unwrap();
        let is_suspicious = ["_failed", "_reused", "throttled"]
            .iter()
            .any(|end| event.ends_with(end));
        let level = if is_suspicious { "WARN" } else { "INFO" };
        assert_eq!(line["level"], level, "{line}");
        assert!(line["request.id"].is_string(), "{line}");
    }
    let of_ann = told.iter().filter(|line| line["account.id"] == ann);
    assert_eq!(of_ann.count(), 10, "{told:?}");
    assert!(!log.contains("example.com"), "no e-mail is told: {log}");
}

#[test]
fn passwords_that_wait_are_seen() {
    let server = Server::start(PROGRAM, &[("ARGON2_ITERATIONS", "30")]);
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let url = server.url("/auth/token");
    let logins: Vec<_> = (0..cores + 2)
        .map(|number| {
            let body = json!({"email": format!("{number}@example.com"), "password": "wrong"});
            let (url, body) = (url.clone(), body.to_string());
            let json = "content-type: application/json";
            thread::spawn(move || curl(&["-H", json, "-d", &body, &url]))
        })
        .collect();
    wait_for("password that waits", || {
        let running = figure(&server, "password_hashes_running")?;
        let waiting = figure(&server, "password_hashes_waiting")?;
        (running > 0.0 && waiting > 0.0).then_some(())
    });
    for login in logins {
        assert!(login.join().unwrap().contains("invalid_credentials"));
    }
    wait_for("idle", || {
        let running = figure(&server, "password_hashes_running")?;
        let waiting = figure(&server, "password_hashes_waiting")?;
        (running == 0.0 && waiting == 0.0).then_some(())
    });
}

#[test]
fn bodies_the_runtime_and_the_program_are_told() {
    let server = Server::start(PROGRAM, &CHEAP);
    let body = json!({"email": "ann@example.com", "password": PASSWORD});
    let length = u32::try_from(body.to_string().len()).unwrap();
    post(&server, "/auth/register", &body);
    let sent = figure(&server, r#"request_body_bytes_sum{method="POST"}"#);
    assert_eq!(sent, Some(f64::from(length)));
    let answered = figure(&server, r#"response_body_bytes_count{method="POST"}"#);
    assert_eq!(answered, Some(1.0));
    // The scrape itself.
    assert_eq!(figure(&server, "requests_in_flight"), Some(1.0));
    for name in [
        "runtime_workers",
        "process_threads",
        "process_open_fds",
        "process_resident_memory_bytes",
    ] {
        assert!(figure(&server, name) > Some(0.0), "{name}");
    }
    for name in [
        "runtime_tasks",
        "runtime_queue_tasks",
        "db_pool_waiting_tasks",
    ] {
        assert!(figure(&server, name).is_some(), "{name}");
    }
    let version = env!("CARGO_PKG_VERSION");
    let build = format!(
        r#"build_info{{service="example-app",version="{version}",kit="{version}",database="sqlite"}}"#
    );
    assert_eq!(figure(&server, &build), Some(1.0));
}
