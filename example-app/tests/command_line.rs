//! The newsroom's program from the outside: its commands, its start and its end.
#![cfg(test)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Output;

use skeleton_tests::{Server, command, curl, signal, wait_for};

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

fn run(folder: &std::path::Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    command(PROGRAM, folder, &environment)
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn migrations_go_up_and_down() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = |arguments: &[&str]| {
        let output = run(folder.path(), &[], &[&["migrate"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let all = migrate(&["status"]).matches("pending").count();
    assert!(all >= 2, "those of the kit and of the newsroom");
    assert_eq!(migrate(&["run"]).matches("applied").count(), all);
    assert_eq!(migrate(&["run"]), "nothing to apply\n");
    assert_eq!(migrate(&["status"]).matches("applied").count(), all);
    assert_eq!(migrate(&["redo", "2"]).matches("redone").count(), 2);
    let newest = migrate(&["revert"]);
    assert!(newest.contains("create_newsroom") && !newest.contains("create_kit"));
    assert!(migrate(&["revert", "99"]).contains("create_kit"));
    assert_eq!(migrate(&["revert"]), "nothing to revert\n");
    assert_eq!(migrate(&["run"]).matches("applied").count(), all);
}

#[test]
fn a_token_is_all_that_is_printed() {
    let server = Server::start(PROGRAM, &[]);
    let printed = server.command(&[
        "token",
        "--email",
        "Root@Example.com",
        "--role",
        "owner",
        "--hours",
        "1",
    ]);
    assert_eq!(printed.matches('\n').count(), 1, "{printed}");
    let bearer = format!("authorization: Bearer {}", printed.trim());
    let me = curl(&["-H", &bearer, &server.url("/auth/me")]);
    assert!(
        me.contains(r#""email":"root@example.com","role":"OWNER""#),
        "{me}"
    );
    let again = run(
        server.folder(),
        &[],
        &["token", "--email", "root@example.com", "--role", "VIEWER"],
    );
    assert_eq!(again.status.code(), Some(1), "an account keeps its role");
    let unknown = run(server.folder(), &[], &["token", "--role", "KING"]);
    assert!(
        text(&unknown.stderr).contains("OWNER"),
        "{}",
        text(&unknown.stderr)
    );
}

#[test]
fn every_bad_setting_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("APP_ENV", "production"),
        ("PORT", "eighty"),
        ("JWT_SECRET_KEY", "short"),
    ];
    let output = run(folder.path(), &settings, &["serve"]);
    assert_eq!(output.status.code(), Some(78));
    let told = text(&output.stderr);
    for variable in ["PORT", "JWT_SECRET_KEY", "DATABASE_URL"] {
        assert!(told.contains(variable), "{variable} is not in:\n{told}");
    }
    assert!(!told.contains("short"), "a secret is not printed:\n{told}");
}

#[test]
fn production_asks_for_its_migrations() {
    let folder = tempfile::tempdir().unwrap();
    let port = skeleton_tests::free_port().to_string();
    let settings = [
        ("APP_ENV", "production"),
        ("DATABASE_URL", "sqlite://app.db"),
        ("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("PORT", port.as_str()),
    ];
    let output = run(folder.path(), &settings, &[]);
    assert_eq!(output.status.code(), Some(78), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("migrate run"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not a database").unwrap();
    for url in ["sqlite://notes.txt", "sqlite://no/such/folder/app.db"] {
        let output = run(folder.path(), &[("DATABASE_URL", url)], &[]);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(78), "{url}: {told}");
        assert!(told.contains("DATABASE_URL"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn the_database_and_the_secret_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start(PROGRAM, &[]);
    for file in ["app.db", ".dev/jwt-secret"] {
        let mode = std::fs::metadata(server.folder().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{file}: {mode:o}");
    }
}

#[test]
fn half_a_head_does_not_hold_up_the_end() {
    let mut server = Server::start(PROGRAM, &[]);
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.write_all(b"GET / HT").unwrap();
    // Connections are taken in the order that they come in: whoever is answered came after this one.
    curl(&[&server.url("/health/live")]);
    let begun = std::time::Instant::now();
    signal(server.id(), "TERM");
    assert_eq!(server.wait(), Some(0));
    let limit = std::time::Duration::from_secs(20);
    assert!(
        begun.elapsed() < limit,
        "the time that a head may take is 30 s"
    );
}

#[test]
fn a_port_in_use_is_told() {
    let server = Server::start(PROGRAM, &[]);
    let port = server.port().to_string();
    let output = run(server.folder(), &[("PORT", port.as_str())], &[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(
        text(&output.stderr).contains(&port),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn sigterm_lets_requests_under_way_finish() {
    for name in ["TERM", "INT"] {
        let mut server = Server::start(PROGRAM, &[]);
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
        let body = r#"{"email": "slow@example.com", "password": "a good password"}"#;
        let (first, rest) = body.split_at(10);
        write!(
            stream,
            "POST /auth/register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        )
        .unwrap();
        // Told once the handler asks for the body.
        let mut interim = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut interim).unwrap();
        assert!(interim.starts_with(b"HTTP/1.1 100 "), "{interim:?}");
        stream.write_all(first.as_bytes()).unwrap();
        signal(server.id(), name);
        wait_for("closed door", || {
            TcpStream::connect(("127.0.0.1", server.port())).err()
        });
        stream.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
        assert_eq!(server.wait(), Some(0), "SIG{name}");
    }
}

#[test]
fn one_line_for_each_request() {
    let server = Server::start(PROGRAM, &[]);
    curl(&["-H", "x-request-id: find-me-1", &server.url("/articles")]);
    let (_, log) = server.stop_and_read();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("find-me-1"))
        .collect();
    assert_eq!(lines.len(), 1, "{log}");
    let line = lines[0];
    for part in ["GET", "/articles", "401"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(
        line.starts_with('{') && line.ends_with('}'),
        "not a terminal, so JSON: {line}"
    );
}

/// The lines `NAME='…'` of what a command printed.
fn settings(printed: &str) -> Vec<(&str, &str)> {
    let set = printed.lines().filter_map(|line| line.split_once("='"));
    set.map(|(name, value)| (name, value.strip_suffix('\'').unwrap()))
        .collect()
}

#[test]
fn keys_are_made_served_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    // A production that has nothing yet can make its key.
    for algorithm in [&[][..], &["--algorithm", "rs256"]] {
        let arguments = [&["keys", "generate"], algorithm].concat();
        let output = run(folder.path(), &[("APP_ENV", "production")], &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let printed = text(&output.stdout);
        let key = settings(&printed);
        assert_eq!((key.len(), key[0].0), (1, "JWT_PRIVATE_KEY"), "{printed}");

        let server = Server::start(PROGRAM, &key);
        let token = server.command(&["token"]);
        let bearer = format!("authorization: Bearer {}", token.trim());
        let me = curl(&["-H", &bearer, &server.url("/auth/me")]);
        assert!(me.contains("dev@example.com"), "{me}");
        let jwks = curl(&[&server.url("/.well-known/jwks.json")]);
        let id = printed.lines().next().unwrap().rsplit(' ').next().unwrap();
        assert!(jwks.contains(id), "{jwks}");

        let plan = server.command(&["keys", "rotate"]);
        let names: Vec<_> = settings(&plan).into_iter().map(|(name, _)| name).collect();
        let expected = [
            "JWT_PUBLIC_KEYS",
            "JWT_PRIVATE_KEY",
            "JWT_PUBLIC_KEYS",
            "JWT_PUBLIC_KEYS",
        ];
        assert_eq!(names, expected, "{plan}");
    }
    let output = run(folder.path(), &[], &["keys", "rotate"]);
    assert_eq!(output.status.code(), Some(78));
    assert!(text(&output.stderr).contains("keys generate"));
}

#[test]
fn a_token_is_for_the_role_that_its_account_has() {
    let folder = tempfile::tempdir().unwrap();
    let token = |arguments: &[&str]| run(folder.path(), &[], &[&["token"], arguments].concat());
    assert!(token(&["--role", "ADMIN"]).status.success());
    assert!(token(&[]).status.success());
    let other = token(&["--role", "VIEWER"]);
    assert_eq!(other.status.code(), Some(1));
    let told = text(&other.stderr);
    assert!(told.contains("has the role ADMIN, not VIEWER"), "{told}");
    assert!(told.contains("help: `user set-role`"), "{told}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in ["openapi", "migrate status", "routes"] {
        let piped = format!("set -o pipefail; {PROGRAM} {arguments} | head -c 1 >/dev/null");
        let output = command("bash", folder.path(), &[])
            .args(["-c", &piped])
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments}: {output:?}");
    }
}

#[test]
fn health_tells_whether_the_service_is_ready() {
    let server = Server::start(PROGRAM, &[]);
    let folder = tempfile::tempdir().unwrap();
    let health = |port: &str| run(folder.path(), &[("PORT", port)], &["health"]);
    let port = server.port().to_string();
    assert!(health(&port).status.success());
    drop(server);
    let gone = health(&port);
    assert_eq!(gone.status.code(), Some(1));
    let told = text(&gone.stderr);
    assert!(told.contains(&format!("127.0.0.1:{port}")), "{told}");
    assert!(told.contains("help: start the service"), "{told}");
}
