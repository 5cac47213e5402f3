//! What takes a service from the sources to where it runs.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn app_name(repository: &str, branch: &str) -> String {
    let output = Command::new("bash")
        .arg(root().join("scripts/fly-app-name.sh"))
        .args([repository, branch])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

#[test]
fn branches_have_apps_of_their_own() {
    let cases = [
        ("main", "skeleton-main"),
        ("feature/xyz", "skeleton-feature-xyz"),
        ("Feature/B_c..d/", "skeleton-feature-b-c-d"),
        ("-odd-", "skeleton-odd"),
        ("größe", "skeleton-gr-e"),
    ];
    for (branch, expected) in cases {
        assert_eq!(app_name("skeleton", branch), expected);
    }
    assert_eq!(app_name("9lives", "main"), "app-9lives-main");
    let long = |end: &str| app_name("skeleton", &format!("{}{end}", "x".repeat(80)));
    assert_eq!(long("a").len(), 63);
    assert_ne!(long("a"), long("b"));
}

/// A tag may be moved to other code; a commit may not.
#[test]
fn actions_are_pinned_by_their_commit() {
    let mut actions = 0;
    for entry in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            let (commit, version) = used
                .split_once('@')
                .and_then(|(_, pin)| pin.split_once(" # "))
                .unwrap_or_else(|| panic!("{}: {line}", path.display()));
            let is_commit =
                commit.len() == 40 && commit.chars().all(|digit| digit.is_ascii_hexdigit());
            assert!(
                is_commit && !version.is_empty(),
                "{}: {line}",
                path.display()
            );
            actions += 1;
        }
    }
    assert!(actions > 0);
}

#[test]
fn the_image_is_built_with_the_pinned_toolchain() {
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = \""))
        .unwrap()
        .trim_end_matches('"');
    let image = format!("FROM rust:{channel}-alpine AS build");
    assert!(read("Dockerfile").contains(&image), "{image}");
}

/// So every job of CI compiles and tests with the oldest version that is promised.
#[test]
fn the_oldest_toolchain_is_the_one_that_tests_run_on() {
    let promised = read("Cargo.toml");
    let promised = promised
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap()
        .trim_end_matches('"');
    let channel = format!("channel = \"{promised}.0\"");
    assert!(read("rust-toolchain.toml").contains(&channel), "{channel}");
}

/// The tools that scripts install, as `name@version`.
fn asked_for() -> BTreeSet<String> {
    let script = read("scripts/setup-tools.sh");
    let tools = script.lines().filter_map(|line| {
        let (tool, version) = line.trim().strip_prefix('[')?.split_once("]=")?;
        Some(format!("{tool}@{version}"))
    });
    let coverage = read("scripts/coverage.sh");
    let version = coverage
        .lines()
        .find_map(|line| line.strip_prefix("version="));
    let coverage = format!("cargo-llvm-cov@{}", version.unwrap());
    tools.chain([coverage]).collect()
}

/// The tools of all jobs of a workflow: the values of `tool` and, in the matrix, of `tools`.
fn had(workflow: &str) -> Vec<String> {
    let values = workflow.lines().filter_map(|line| {
        let (_, value) = line
            .split_once(" tool: ")
            .or_else(|| line.split_once(" tools: "))?;
        Some(value.trim_matches(['"', ' ', '}']))
    });
    values
        .filter(|value| !value.starts_with("${{"))
        .flat_map(|value| value.split(','))
        .map(|tool| tool.trim().to_owned())
        .collect()
}

/// Another version, or whichever is the newest, would be built anew in each job.
#[test]
fn ci_has_the_versions_of_the_tools_that_scripts_ask_for() {
    let asked_for = asked_for();
    assert_eq!(asked_for.len(), 6, "{asked_for:?}");
    let mut unused = asked_for.clone();
    for workflow in fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = workflow.unwrap().path();
        for tool in had(&fs::read_to_string(&path).unwrap()) {
            assert!(asked_for.contains(&tool), "{}: {tool}", path.display());
            unused.remove(&tool);
        }
    }
    assert!(unused.is_empty(), "no job has {unused:?}");
}

#[test]
fn a_tool_without_a_version_is_seen() {
    let job = "          - { name: audit, target: audit, tools: cargo-deny }\n";
    assert_eq!(had(job), ["cargo-deny"]);
    assert!(!asked_for().contains("cargo-deny"));
}

/// The files of a package, as the registry gets them.
fn packaged(name: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "package",
            "--list",
            "--allow-dirty",
            "--locked",
            "--offline",
        ])
        .args(["-p", name])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let files = String::from_utf8(output.stdout).unwrap();
    files.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn packages_have_what_they_need_and_no_tests() {
    let runtime = packaged("skeleton-runtime");
    let needed = [
        "LICENSE",
        "README.md",
        "assets/redoc.standalone.js.gz",
        "migrations/schema.json",
        "src/auth/common_passwords.txt",
        "src/test_util/app.rs",
        "templates/new/_Cargo.toml",
        "templates/new/tests/notes.rs",
    ];
    for file in needed {
        assert!(runtime.iter().any(|packed| packed == file), "{file}");
    }
    let macros = packaged("skeleton-macros");
    for file in ["LICENSE", "README.md", "src/docs/resource.md"] {
        assert!(macros.iter().any(|packed| packed == file), "{file}");
    }
    for file in runtime.iter().chain(&macros) {
        let is_test = file.starts_with("tests/")
            || file.starts_with("src/")
                && (file.contains("/tests/") || file.ends_with("/tests.rs"));
        assert!(!is_test, "{file}");
    }
}

/// Fly's proxy routes by the checks of a service, which ask its port.
#[test]
fn a_machine_that_is_not_ready_gets_no_requests() {
    let fly: toml::Table = read("fly.toml").parse().unwrap();
    let service = &fly["http_service"];
    assert_eq!(service["internal_port"].to_string(), "8000");
    assert_eq!(service["checks"][0]["path"].as_str(), Some("/health/ready"));
    let env = fly["env"].as_table().unwrap();
    assert!(
        !env.contains_key("MANAGEMENT_ADDR"),
        "it takes /health away"
    );
    let seconds = |text: &toml::Value| -> u32 {
        let text = text.as_str().unwrap().trim_end_matches('s');
        text.parse().unwrap()
    };
    let drain = seconds(&env["SHUTDOWN_DRAIN_SECONDS"]);
    let check = ["interval", "timeout"].map(|key| seconds(&service["checks"][0][key]));
    assert!(
        check.iter().sum::<u32>() < drain,
        "it is over before it is seen"
    );
    let under_way = seconds(&env["SHUTDOWN_TIMEOUT_SECONDS"]);
    assert!(drain + under_way < seconds(&fly["kill_timeout"]));
}

/// By default a drain of 5 s and 30 s for requests under way, which are over before anybody kills the process. Those of
/// `fly.toml` are others, and are added up above.
#[test]
fn whoever_stops_the_service_gives_it_time() {
    assert!(read("fly.toml").contains("kill_timeout = \"40s\""));
    assert!(read("compose.yaml").contains("stop_grace_period: 40s"));
    assert!(read("deploy/newsroom.service").contains("TimeoutStopSec=40"));
    let settings = read("docs/settings.md");
    assert!(
        settings.contains("`SHUTDOWN_DRAIN_SECONDS`, `SHUTDOWN_TIMEOUT_SECONDS` | 0 / 5, 30 |")
    );
}
