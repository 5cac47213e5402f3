//! `doctor`.

use std::path::Path;

use serde_json::Value;
use skeleton_tests::{Server, free_port};

use super::{PROGRAM, Place, SECRET, Said};

/// The checks of a report: name, status, and whether there is a fix.
fn checks(said: &Said) -> Vec<(String, String, bool)> {
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .map(|check| {
            (
                text(&check["name"]),
                text(&check["status"]),
                check["fix"].is_string(),
            )
        })
        .collect()
}

#[track_caller]
fn has(said: &Said, name: &str, status: &str) {
    let checks = checks(said);
    let is_it =
        |check: &(String, String, bool)| (check.0.as_str(), check.1.as_str()) == (name, status);
    assert!(
        checks.iter().any(is_it),
        "no {name} is {status}: {}",
        said.out
    );
    for (name, status, has_fix) in checks {
        assert_eq!(status != "ok", has_fix, "{name}: {}", said.out);
    }
}

fn look(place: &Place, settings: &[(&str, &str)]) -> Said {
    place.run_with(settings, &["doctor", "--json"], "")
}

/// The settings of a production on a port of its own.
fn production(port: &str) -> [(&str, &str); 4] {
    [
        ("PORT", port),
        ("HOST", "127.0.0.1"),
        ("APP_ENV", "production"),
        ("JWT_SECRET_KEY", SECRET),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_migrations_fail_where_nobody_applies_them() {
    for place in Place::both().await {
        let port = free_port().to_string();
        let before = look(&place, &[("PORT", &port)]);
        assert_eq!(before.code, Some(0), "{}", before.out);
        if let Some(path) = place.url().strip_prefix("sqlite://") {
            has(&before, "database", "ok");
            assert!(!Path::new(path).exists(), "to look makes nothing");
            place.run(&["migrate", "run"]).done();
            place.run(&["migrate", "revert", "99"]).done();
        }
        has(&look(&place, &[("PORT", &port)]), "migrations", "warn");
        let pending = look(&place, &production(&port));
        has(&pending, "migrations", "fail");
        assert_eq!(pending.code, Some(78), "{}", pending.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_once_there_is_an_owner() {
    let create = "user create o@example.com --role OWNER --generate-password";
    let create: Vec<_> = create.split(' ').collect();
    for place in Place::both().await {
        let port = free_port().to_string();
        place.run(&["migrate", "run"]).done();
        let ownerless = look(&place, &production(&port));
        has(&ownerless, "accounts", "warn");
        assert_eq!(ownerless.code, Some(0), "a warning is no failure");
        place.run(&create).done();
        let after = look(&place, &production(&port));
        for name in [
            "settings",
            "address",
            "keys",
            "database",
            "migrations",
            "clock",
            "accounts",
            "disk",
        ] {
            has(&after, name, "ok");
        }
        let is_file = place.url().starts_with("sqlite:");
        assert!(is_file || after.out.contains(":[hidden]@"), "{}", after.out);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_fix_and_exit_code() {
    let port = free_port().to_string();
    let place = Place::new(&[("PORT", port.as_str())]);
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let taken = taken.local_addr().unwrap().port().to_string();
    let nobody = format!("postgres://a:canary@127.0.0.1:{}/a", free_port());
    for (setting, name, code) in [
        (("BODY_LIMIT_BYTES", "much"), "settings", 78),
        (("PORT", taken.as_str()), "address", 78),
        (("DATABASE_URL", "sqlite://no/such/app.db"), "database", 78),
        (
            ("DATABASE_URL", "postgres://a@db/a?sslmode=perhaps"),
            "database",
            78,
        ),
        // The settings are fine, the world is not.
        (("DATABASE_URL", nobody.as_str()), "database", 1),
    ] {
        let said = look(&place, &[setting]);
        has(&said, name, "fail");
        assert_eq!(said.code, Some(code), "{setting:?}: {}", said.out);
        assert!(!said.out.contains("canary"), "{}", said.out);
    }
    std::fs::write(place.path().join("notes.txt"), "not a database").unwrap();
    has(
        &look(&place, &[("DATABASE_URL", "sqlite://notes.txt")]),
        "database",
        "fail",
    );
    let text = place
        .run_with(&[("BODY_LIMIT_BYTES", "much")], &["doctor"], "")
        .out;
    assert!(
        text.contains("fail  settings  BODY_LIMIT_BYTES is \"much\"")
            && text.contains("fix: write a whole number"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn secrets_that_everybody_may_read_are_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let port = free_port().to_string();
    let place = Place::new(&[("PORT", port.as_str())]);
    let path = place.path().join(".env");
    std::fs::write(&path, format!("JWT_SECRET_KEY={SECRET}\n")).unwrap();
    for (mode, status) in [(0o644, "warn"), (0o600, "ok")] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let said = look(&place, &[]);
        has(&said, "keys", status);
        assert_eq!(
            said.out.contains("chmod 600 .env"),
            mode == 0o644,
            "{}",
            said.out
        );
    }
}

#[test]
fn the_service_itself_is_no_stranger_at_its_address() {
    let server = Server::start(PROGRAM, &[]);
    let port = server.port().to_string();
    let said = look(&Place::new(&[]), &[("PORT", &port)]);
    has(&said, "address", "ok");
    assert!(
        said.out.contains("is served by a service of this kit"),
        "{}",
        said.out
    );
}

#[test]
fn a_service_with_two_addresses_is_no_stranger_at_either() {
    let management = format!("127.0.0.1:{}", free_port());
    let management = ("MANAGEMENT_ADDR", management.as_str());
    let server = Server::start(PROGRAM, &[management]);
    let port = server.port().to_string();
    let settings = [("PORT", port.as_str()), management];
    let said = look(&Place::new(&[]), &settings);
    let told = checks(&said).into_iter();
    let addresses: Vec<_> = told.filter(|(name, ..)| name == "address").collect();
    let well = ("address".to_owned(), "ok".to_owned(), false);
    assert_eq!(addresses, [well.clone(), well], "{}", said.out);
}
