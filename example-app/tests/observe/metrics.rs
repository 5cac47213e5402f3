//! `/metrics`, read by Prometheus itself.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use skeleton_runtime::test_util::skip;
use skeleton_tests::{Server, curl, free_port, is_installed, wait_for};

use super::{PROGRAM, repository};

/// Names that were there before any convention asked for others.
const GIVEN_NAMES: [&str; 2] = ["request_count ", "error_count "];

/// What has no series before it happens for the first time.
const RARE: [&str; 2] = ["otlp_", "db_errors_total"];

struct Prometheus {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Prometheus {
    /// Scrapes the service each second, with the repository's alerts. `None` where there is no Prometheus.
    fn watching(server: &Server) -> Option<Self> {
        if !is_installed("prometheus") {
            skip("Prometheus (not installed: apt-get install prometheus)");
            return None;
        }
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let config = std::fs::read_to_string(repository("observability/prometheus.yml")).unwrap();
        let config = config
            .replace("15s", "1s")
            .replace("127.0.0.1:8000", &format!("127.0.0.1:{}", server.port()))
            .replace(
                "alerts.yml",
                repository("observability/alerts.yml").to_str().unwrap(),
            );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        Some(Self {
            child,
            url,
            _folder: folder,
        })
    }

    /// The series of an expression; an error is `None` while Prometheus starts, and a fault later.
    fn query(&self, expression: &str) -> Option<Vec<Value>> {
        let url = format!("{}/api/v1/query", self.url);
        let output = Command::new("curl")
            .args([
                "-sS",
                "-G",
                &url,
                "--data-urlencode",
                &format!("query={expression}"),
            ])
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        answer["data"]["result"].as_array().cloned()
    }

    /// The series, once there are any.
    fn series(&self, expression: &str) -> Vec<Value> {
        wait_for(expression, || {
            self.query(expression).filter(|series| !series.is_empty())
        })
    }
}

/// Some of everything: rows, refusals, unknown paths and verbs.
fn use_it(server: &Server) {
    let token = server.command(&["token"]);
    let bearer = format!("authorization: Bearer {}", token.trim());
    let json = "content-type: application/json";
    let post = [
        "-H",
        &bearer,
        "-H",
        json,
        "-d",
        r#"{"title": "T", "body": "B"}"#,
    ];
    curl(&[&post[..], &[&server.url("/articles")]].concat());
    for path in [
        "/articles",
        "/articles?nothing=1",
        "/nowhere/a",
        "/nowhere/b",
        "/health",
    ] {
        curl(&["-H", &bearer, &server.url(path)]);
    }
    curl(&["-X", "BREW", &server.url("/articles")]);
    let login = [
        "-H",
        json,
        "-d",
        r#"{"email": "a@example.com", "password": "wrong"}"#,
    ];
    curl(&[&login[..], &[&server.url("/auth/token")]].concat());
}

#[test]
fn prometheus_reads_what_the_service_counts() {
    let server = Server::start(PROGRAM, &[]);
    let Some(prometheus) = Prometheus::watching(&server) else {
        return;
    };
    use_it(&server);
    let labels = |series: &[Value], name: &str| {
        let labels = series
            .iter()
            .map(|series| series["metric"][name].as_str().unwrap().to_owned());
        labels.collect::<std::collections::BTreeSet<_>>()
    };
    let created =
        prometheus.series(r#"request_count{method="POST", path="/articles", status="201"}"#);
    assert_eq!(created[0]["value"][1], "1");
    let unmatched = prometheus.series(r#"request_count{path="unmatched"} >= 2"#);
    assert_eq!(unmatched[0]["metric"]["status"], "404");
    let all = prometheus.series("request_count");
    let paths = labels(&all, "path");
    assert!(
        paths.iter().all(|path| !path.contains("nowhere")),
        "{paths:?}"
    );
    assert!(labels(&all, "method").contains("OTHER"));
    dashboard(&prometheus);
    let rules = wait_for("evaluated rules", || {
        let answer: Value =
            serde_json::from_str(&curl(&[&format!("{}/api/v1/rules", prometheus.url)])).unwrap();
        let rules = answer["data"]["groups"][0]["rules"].as_array().cloned()?;
        rules
            .iter()
            .all(|rule| rule["health"] != "unknown")
            .then_some(rules)
    });
    for rule in rules {
        assert_eq!(rule["health"], "ok", "{rule}");
        assert_eq!(rule["state"], "inactive", "{rule}");
    }
}

/// Every expression of the dashboard has an answer.
fn dashboard(prometheus: &Prometheus) {
    let text = std::fs::read_to_string(repository("observability/grafana/newsroom.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let expressions: Vec<_> = targets
        .map(|target| target["expr"].as_str().unwrap())
        .collect();
    assert!(expressions.len() > 20, "{expressions:?}");
    for expression in expressions {
        let concrete = expression.replace("$__rate_interval", "30s");
        if RARE.iter().any(|rare| expression.contains(rare)) {
            assert!(prometheus.query(&concrete).is_some());
        } else {
            prometheus.series(&concrete);
        }
    }
}

fn promtool(arguments: &[&str], input: Option<&Path>) -> (bool, String) {
    let stdin = input.map_or_else(Stdio::null, |path| {
        std::fs::File::open(path).unwrap().into()
    });
    let output = Command::new("promtool")
        .args(arguments)
        .stdin(stdin)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(told).unwrap())
}

#[test]
fn promtool_finds_no_fault_but_the_given_names() {
    if !is_installed("promtool") {
        skip("promtool (not installed: apt-get install prometheus)");
        return;
    }
    let server = Server::start(PROGRAM, &[]);
    use_it(&server);
    let scraped = server.folder().join("metrics.txt");
    std::fs::write(&scraped, curl(&[&server.url("/metrics")])).unwrap();
    let (_, told) = promtool(&["check", "metrics"], Some(&scraped));
    let is_given = |line: &&str| GIVEN_NAMES.iter().any(|name| line.starts_with(name));
    let faults: Vec<_> = told.lines().filter(|line| !is_given(line)).collect();
    assert_eq!(faults, Vec::<&str>::new());
    for (check, file) in [
        (["check", "config"], "observability/prometheus.yml"),
        (["check", "rules"], "observability/alerts.yml"),
        (["test", "rules"], "observability/alerts_test.yml"),
    ] {
        let path = repository(file);
        let (passed, told) = promtool(&[check[0], check[1], path.to_str().unwrap()], None);
        assert!(passed, "{told}");
    }
}

#[test]
fn figures_and_health_have_an_address_of_their_own() {
    let address = format!("127.0.0.1:{}", free_port());
    let server = Server::start(PROGRAM, &[("MANAGEMENT_ADDR", &address)]);
    let status = |url: &str| curl(&["-o", "/dev/null", "-w", "%{http_code}", url]);
    for path in ["/metrics", "/health", "/health/live", "/health/ready"] {
        assert_eq!(status(&server.url(path)), "404", "{path}");
        assert_eq!(status(&format!("http://{address}{path}")), "200", "{path}");
    }
    assert_eq!(status(&format!("http://{address}/articles")), "404");
    assert_eq!(status(&server.url("/openapi.json")), "200");
    let document = curl(&[&server.url("/openapi.json")]);
    assert!(!document.contains("\"/health\"") && !document.contains("\"/metrics\""));
    let figures = curl(&[&format!("http://{address}/metrics")]);
    assert!(
        figures.contains(r#"path="/openapi.json""#),
        "both addresses are counted: {figures}"
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_is_switched_off_is_not_there() {
    let server = Server::start(
        PROGRAM,
        &[("METRICS_ENABLED", "false"), ("DOCS_ENABLED", "false")],
    );
    for path in ["/metrics", "/docs", "/redoc", "/docs/start.js"] {
        let status = curl(&["-o", "/dev/null", "-w", "%{http_code}", &server.url(path)]);
        assert_eq!(status, "404", "{path}");
    }
}
