//! Commands that tell what there is: routes, settings, help.

use serde_json::Value;

use super::{Place, SECRET};

fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_route_is_listed_with_who_may() {
    let place = Place::new(&[]);
    let table = place.run(&["routes"]).done();
    let columns = |line: &str| {
        line.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = table.lines().map(columns).collect();
    assert_eq!(rows[0], ["method", "path", "needs", "handler"]);
    for row in [
        [
            "PATCH",
            "/articles/{id}",
            "the owner or ADMIN",
            "Article::update",
        ],
        ["POST", "/articles/{id}/publish", "ADMIN", "publish"],
        ["POST", "/auth/register", "anybody", "auth::register"],
        ["GET", "/auth/me", "any account", "auth::get_me"],
        ["GET", "/health/ready", "anybody", "service::get_readiness"],
        ["GET", "/metrics", "anybody", "service::get_metrics"],
        ["GET", "/docs", "anybody", "pages::swagger"],
    ] {
        assert!(
            rows.iter().any(|known| *known == row),
            "{row:?} is not in:\n{table}"
        );
    }
    let listed = json(&place.run(&["routes", "--json"]).done());
    assert_eq!(listed.len() + 1, rows.len());
    let document: Value = serde_json::from_str(&place.run(&["openapi"]).done()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let is_it = |line: &&Value| {
                line["path"] == **path
                    && line["method"]
                        .as_str()
                        .unwrap()
                        .eq_ignore_ascii_case(method)
            };
            assert!(listed.iter().any(|line| is_it(&line)), "{method} {path}");
        }
    }
}

#[test]
fn routes_follow_the_settings() {
    // A production that could not start has routes all the same.
    let place = Place::new(&[
        ("APP_ENV", "production"),
        ("AUTH_REGISTRATION", "false"),
        ("MANAGEMENT_ADDR", "127.0.0.1:9000"),
    ]);
    let listed = json(&place.run(&["routes", "--json"]).done());
    let find = |path: &str| listed.iter().find(|line| line["path"] == path);
    assert_eq!(find("/docs"), None);
    assert_eq!(find("/auth/register"), None);
    assert_eq!(find("/metrics").unwrap()["address"], "127.0.0.1:9000");
    assert_eq!(find("/openapi.json").unwrap().get("address"), None);
}

#[test]
fn settings_are_told_with_their_sources_and_without_secrets() {
    let place = Place::new(&[
        ("PORT", "9001"),
        (
            "DATABASE_URL",
            "postgres://app:canary@db/app?sslmode=require",
        ),
    ]);
    std::fs::write(
        place.path().join(".env"),
        "PORT=9000\nJWT_ISSUER=newsroom\n",
    )
    .unwrap();
    std::fs::write(place.path().join("secret"), "canary".repeat(8)).unwrap();
    let settings = [("JWT_SECRET_KEY_FILE", "secret")];
    let shown = place
        .run_with(&settings, &["config", "show", "--json"], "")
        .done();
    assert!(!shown.contains("canary"), "{shown}");
    let shown = json(&shown);
    for (name, value, source) in [
        ("PORT", "9001", "environment"),
        ("JWT_ISSUER", "newsroom", ".env"),
        ("JWT_SECRET_KEY", "[hidden]", "file secret"),
        (
            "DATABASE_URL",
            "postgres://app:[hidden]@db/app?sslmode=require",
            "environment",
        ),
        ("REQUEST_TIMEOUT_SECONDS", "30", "default"),
    ] {
        let setting = shown
            .iter()
            .find(|setting| setting["name"] == name)
            .unwrap();
        assert_eq!(
            (&setting["value"], &setting["source"]),
            (&value.into(), &source.into()),
            "{name}"
        );
    }
    let table = place.run(&["config", "show"]).done();
    assert!(
        table.lines().count() > 40 && !table.contains("canary"),
        "{table}"
    );
    // What can't be used is shown as it stands, and told.
    let said = place.run_with(&[("PORT", "eighty")], &["config", "show"], "");
    assert!(said.out.contains("eighty"), "{}", said.out);
    said.failed(78, &["PORT is \"eighty\"", "fix:"]);
}

#[test]
fn help_has_examples_and_exit_codes() {
    let place = Place::new(&[]);
    let help = place.run(&["--help"]).done();
    for part in ["Examples:", "Exit codes:", "78", "NO_COLOR", "config show"] {
        assert!(help.contains(part), "{part} is not in:\n{help}");
    }
    for command in [
        "user create",
        "migrate generate",
        "doctor",
        "seed",
        "completions",
    ] {
        let words: Vec<_> = command.split(' ').chain(["--help"]).collect();
        let help = place.run(&words).done();
        let example = format!("Examples:\n  example-app {command}");
        assert!(help.contains(&example), "{help}");
    }
    place.run(&["fly"]).failed(2, &["fly"]);
    place.run(&["user", "create"]).failed(2, &["<EMAIL>"]);
}

#[test]
fn completions_are_for_this_program() {
    let place = Place::new(&[("APP_ENV", "production")]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.run(&["completions", shell]).done();
        assert!(
            script.contains("example-app") && script.contains("doctor"),
            "{shell}: {script}"
        );
    }
    // What bash offers, behind a name with a hyphen too.
    let script = place.run(&["completions", "bash"]).done();
    let ask = "complete -p example-app >/dev/null; COMP_WORDS=(example-app user set-); COMP_CWORD=2; \
        $(complete -p example-app | sed 's/.*-F \\([^ ]*\\).*/\\1/') example-app set- user; echo \"${COMPREPLY[@]}\"";
    let bash = std::process::Command::new("bash")
        .args(["-euc", &format!("{script}\n{ask}")])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&bash.stdout).trim(),
        "set-role set-password",
        "{bash:?}"
    );
}

#[test]
fn a_weak_secret_is_for_development_alone() {
    let weak = ("JWT_SECRET_KEY", "please-changeme-please-changeme-please");
    let url = ("DATABASE_URL", "sqlite://app.db");
    let place = Place::new(&[url, weak]);
    let said = place.run(&["migrate", "run"]);
    assert!(
        said.err.contains("production will refuse it"),
        "{}",
        said.err
    );
    said.done();
    let production = [("APP_ENV", "production")];
    let told = place
        .run_with(&production, &["migrate", "run"], "")
        .failed(78, &["JWT_SECRET_KEY is a placeholder"]);
    assert!(!told.contains("changeme"), "{told}");
    let strong = [("APP_ENV", "production"), ("JWT_SECRET_KEY", SECRET)];
    place.run_with(&strong, &["migrate", "run"], "").done();
}
