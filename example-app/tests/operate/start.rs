//! Starts: what keeps one from happening is told at once, and what one says.

use std::net::TcpListener;

use skeleton_tests::{Server, free_port, signal, wait_for};

use super::{PROGRAM, Place, SECRET};

/// The setting of a port that nobody has, so that tests do not meet.
fn port() -> String {
    free_port().to_string()
}

#[test]
fn every_fault_of_every_kind_is_in_one_report() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let place = Place::new(&[]);
    let port = taken.port().to_string();
    let settings = [
        ("APP_ENV", "production"),
        ("HOST", "127.0.0.1"),
        ("PORT", port.as_str()),
        ("BODY_LIMIT_BYTES", "much"),
        ("JWT_SECRET_KEY", "canary-changeme-canary-changeme-canary"),
        (
            "DATABASE_URL",
            "postgres://app:canary@127.0.0.1/app?sslmode=perhaps",
        ),
        ("DATABASE_POOLSIZE", "3"),
    ];
    let address = taken.to_string();
    let parts = [
        "4 things must be put right first:",
        "BODY_LIMIT_BYTES is \"much\"\n    fix: ",
        "JWT_SECRET_KEY is a placeholder",
        "unknown sslmode `perhaps`",
        &address,
        "warning: DATABASE_POOLSIZE is no setting",
    ];
    let told = place.run_with(&settings, &[], "").failed(78, &parts);
    assert_eq!(told.matches("\n    fix: ").count(), 4, "{told}");
    assert!(!told.contains("canary"), "{told}");
    // Every command reads the settings and the URL.
    let told = place
        .run_with(&settings, &["token"], "")
        .failed(78, &["3 things", "sslmode `perhaps`", "BODY_LIMIT_BYTES"]);
    assert!(
        !told.contains(&address),
        "only what is served has an address: {told}"
    );
}

#[test]
fn a_taken_port_and_pending_migrations_are_told_together_and_nothing_is_touched() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let place = Place::new(&[
        ("APP_ENV", "production"),
        ("HOST", "127.0.0.1"),
        ("PORT", &port),
        ("DATABASE_URL", "sqlite://app.db"),
        ("JWT_SECRET_KEY", SECRET),
    ]);
    place.run(&[]).failed(
        78,
        &[
            "2 things",
            "migrations are pending: 2026",
            "migrate run",
            &port,
            "end what listens there",
        ],
    );
    // Also not where they would be applied.
    place
        .run_with(&[("AUTO_MIGRATE", "true")], &[], "")
        .failed(78, &["1 thing must", &port]);
    let status = place.run(&["migrate", "status"]).done();
    assert!(!status.contains("applied"), "{status}");
}

#[test]
fn two_servers_at_one_address_are_told() {
    let port = port();
    let management = format!("127.0.0.1:{port}");
    let place = Place::new(&[("PORT", &port), ("MANAGEMENT_ADDR", &management)]);
    place
        .run(&[])
        .failed(78, &["MANAGEMENT_ADDR names", &management]);
    let place = Place::new(&[("PORT", &port), ("HOST", "192.0.2.1")]);
    place
        .run(&[])
        .failed(78, &["PORT names 192.0.2.1", "address of this machine"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_refuses_is_a_fault_with_its_fix() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let port = port();
    let (start, server) = place.url().rsplit_once('@').unwrap();
    let user = start.rsplit_once(':').unwrap().0;
    let nowhere = format!("{}-gone", place.url());
    for (url, parts) in [
        (
            format!("{user}:canary@{server}"),
            [
                "is refused by the server: password",
                "a user and password that the server takes",
            ],
        ),
        (
            format!("{user}@{server}"),
            [
                "has no password",
                "a user and password that the server takes",
            ],
        ),
        (nowhere, ["names a database that is not there", "createdb"]),
    ] {
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("PORT", &port),
            ("BODY_LIMIT_BYTES", "much"),
        ];
        let parts = [&parts[..], &["2 things", "BODY_LIMIT_BYTES"]].concat();
        let told = place.run_with(&settings, &[], "").failed(78, &parts);
        assert!(!told.contains("canary"), "{told}");
    }
}

#[test]
fn a_command_without_its_database_says_what_to_do() {
    let url = format!("postgres://app:canary@127.0.0.1:{}/app", port());
    let place = Place::new(&[("DATABASE_URL", &url)]);
    let told = place
        .run(&["user", "list"])
        .failed(1, &["is out of reach", "help: start it"]);
    assert!(!told.contains("canary"), "{told}");
    let place = Place::new(&[("DATABASE_URL", "sqlite://gone/app.db")]);
    place.run(&["migrate", "status"]).failed(
        78,
        &[
            "its folder must exist",
            "fix: set DATABASE_URL to a SQLite file",
        ],
    );
}

#[test]
fn a_database_out_of_reach_is_a_warning_beside_faults() {
    let (port, nobody) = (port(), port());
    let url = format!("postgres://app:canary@127.0.0.1:{nobody}/app");
    let place = Place::new(&[
        ("DATABASE_URL", &url),
        ("PORT", &port),
        ("BODY_LIMIT_BYTES", "much"),
    ]);
    let told = place.run(&[]).failed(
        78,
        &["1 thing must", "warning: the database is out of reach"],
    );
    assert!(!told.contains("canary"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn development_greets_with_every_place() {
    for place in Place::both().await {
        let management = format!("127.0.0.1:{}", port());
        let settings = [
            ("DATABASE_URL", place.url()),
            ("LOG_FORMAT", "pretty"),
            ("MANAGEMENT_ADDR", &management),
        ];
        let mut server = Server::start(PROGRAM, &settings);
        let mut log = String::new();
        wait_for("banner", || {
            log.push_str(&server.log());
            log.push('\n');
            log.contains("Setup").then_some(())
        });
        let url = server.url("");
        let banner: Vec<_> = log
            .lines()
            .filter(|line| line.starts_with("  "))
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for line in [
            "example-app 0.1.0 (development)".to_owned(),
            format!("API {url}"),
            format!("Docs {url}/docs"),
            format!("OpenAPI {url}/openapi.json"),
            format!("Health http://{management}/health"),
            format!("Metrics http://{management}/metrics"),
        ] {
            assert!(banner.contains(&line), "{line} is not in:\n{log}");
        }
        let database = banner
            .iter()
            .find(|line| line.starts_with("Database "))
            .unwrap();
        let is_masked = place.url().starts_with("sqlite:") || database.contains(":[hidden]@");
        assert!(is_masked, "{database}");
        assert!(!log.contains('\u{1b}'), "colors are for terminals");
        signal(server.id(), "TERM");
        assert_eq!(server.wait(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn production_says_one_line() {
    for place in Place::both().await {
        let settings = [
            ("DATABASE_URL", place.url()),
            ("APP_ENV", "production"),
            ("HOST", "127.0.0.1"),
            ("JWT_SECRET_KEY", SECRET),
            ("SHUTDOWN_DRAIN_SECONDS", "0"),
        ];
        place.run_with(&settings, &["migrate", "run"], "").done();
        let create = [
            "user",
            "create",
            "o@example.com",
            "--role",
            "OWNER",
            "--generate-password",
        ];
        place.run_with(&settings, &create, "").done();
        let server = Server::start(PROGRAM, &settings);
        let url = server.url("");
        let (code, log) = server.stop_and_read();
        assert_eq!(code, Some(0));
        let lines: Vec<serde_json::Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let serving: Vec<_> = lines
            .iter()
            .filter(|line| line["message"] == "serving")
            .collect();
        assert_eq!(serving.len(), 1, "{log}");
        assert_eq!(
            (&serving[0]["url"], &serving[0]["profile"]),
            (&url.into(), &"production".into())
        );
        assert_eq!(serving[0].get("docs"), None);
        let shown = serving[0]["database.url"].as_str().unwrap();
        assert!(
            place.url().starts_with("sqlite:") || shown.contains(":[hidden]@"),
            "{shown}"
        );
        let is_start = |line: &&serde_json::Value| {
            line["target"]
                .as_str()
                .unwrap()
                .starts_with("skeleton_runtime::app::banner")
        };
        assert_eq!(
            lines.iter().filter(is_start).count(),
            1,
            "there is an owner: {log}"
        );
    }
}
