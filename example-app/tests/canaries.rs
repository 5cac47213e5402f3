//! No secret in the log, at whatever level, nor in the figures and the spans, whatever happens.
#![cfg(test)]

use std::process::Output;
use std::time::{Duration, Instant};

use skeleton_runtime::config::{DatabaseConfig, JwtAlgorithm, JwtPrivateKey};
use skeleton_runtime::db::{Db, Statement};
use skeleton_runtime::test_util::TestDatabase;
use skeleton_tests::otlp::Collector;
use skeleton_tests::{Server, command, curl};

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

const SECRET: &str = "canary-of-the-secret-that-signs-cursors";
const PASSWORD: &str = "canary of a good password";
const WRONG: &str = "canary of a wrong password";
const NEW: &str = "canary of the new password";
const BAD_TOKEN: &str = "canary-of-a-header.canary-of-claims.canary-of-a-signature";
const BAD_REFRESH: &str = "canary-of-a-refresh-token-which-never-was-x";

/// The service, and every secret that it was told or gave out.
struct Watched {
    server: Server,
    secrets: Vec<String>,
    log: String,
    collector: Collector,
}

impl Watched {
    fn send(&mut self, method: &str, path: &str, headers: &[&str], body: &str) -> String {
        let url = self.server.url(path);
        let mut arguments = vec!["-X", method, &url, "--data-raw", body];
        for header in headers {
            arguments.extend(["-H", header]);
        }
        let answer = curl(&arguments);
        self.log.push_str(&self.server.log());
        answer
    }

    fn json(&mut self, method: &str, path: &str, token: &str, body: &str) -> String {
        let bearer = format!("authorization: Bearer {token}");
        let mut headers = vec!["content-type: application/json"];
        if !token.is_empty() {
            headers.push(&bearer);
        }
        self.send(method, path, &headers, body)
    }

    fn log_in(&mut self, email: &str, password: &str) -> (String, String) {
        let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
        let answer = self.json("POST", "/auth/token", "", &body);
        self.tokens(&answer)
    }

    /// What an answer gives out is secret from then on.
    fn tokens(&mut self, answer: &str) -> (String, String) {
        let field = |name: &str| {
            let (_, rest) = answer.split_once(&format!("\"{name}\":\"")).expect(answer);
            rest.split('"').next().unwrap().to_owned()
        };
        let (access, refresh) = (field("access_token"), field("refresh_token"));
        let signature = access.rsplit('.').next().unwrap().to_owned();
        self.secrets.extend([signature, refresh.clone()]);
        (access, refresh)
    }

    /// What somebody's day looks like, and an attacker's.
    fn be_busy(&mut self) {
        let register = format!(r#"{{"email":"ann@example.com","password":"{PASSWORD}"}}"#);
        for _ in 0..2 {
            self.json("POST", "/auth/register", "", &register);
        }
        let (access, refresh) = self.log_in("ann@example.com", PASSWORD);
        let form = ["content-type: application/x-www-form-urlencoded"];
        let body =
            "grant_type=password&username=ann%40example.com&password=canary+of+a+good+password";
        let answer = self.send("POST", "/auth/token", &form, body);
        self.tokens(&answer);
        let wrong = format!(r#"{{"email":"ann@example.com","password":"{WRONG}"}}"#);
        self.json("POST", "/auth/token", "", &wrong);
        // A password where the e-mail goes, and bodies that break off or have too much.
        let swapped = format!(r#"{{"email":"{WRONG}","password":"ann@example.com"}}"#);
        self.json("POST", "/auth/token", "", &swapped);
        for path in [
            "/auth/token",
            "/auth/register",
            "/auth/refresh",
            "/auth/password",
        ] {
            self.json("POST", path, &access, &format!(r#"{{"password":"{WRONG}"#));
            let odd = format!(r#"{{"password":["{WRONG}"],"{BAD_REFRESH}":"{BAD_REFRESH}"}}"#);
            self.json("POST", path, &access, &odd);
        }
        for bad in [BAD_TOKEN, &format!("{access}x")] {
            self.json("GET", "/auth/me", bad, "");
            let cookie = format!("cookie: session={BAD_TOKEN}");
            self.send(
                "GET",
                "/auth/me",
                &[&cookie, "authorization: Basic Y2FuYXJ5"],
                "",
            );
        }
        let body = format!(r#"{{"refresh_token":"{BAD_REFRESH}"}}"#);
        self.json("POST", "/auth/refresh", "", &body);
        let body = format!(r#"{{"refresh_token":"{refresh}"}}"#);
        let answer = self.json("POST", "/auth/refresh", "", &body);
        let (access, _) = self.tokens(&answer);
        self.json("GET", "/auth/sessions", &access, "");
        self.json("POST", "/articles", &access, r#"{"title":"A","body":"B"}"#);
        self.json("GET", "/articles?sort=-created_at&limit=1", &access, "");
        for current in [WRONG, PASSWORD] {
            let body = format!(r#"{{"current_password":"{current}","new_password":"{NEW}"}}"#);
            self.json("POST", "/auth/password", &access, &body);
        }
        let (_, refresh) = self.log_in("ann@example.com", NEW);
        let body = format!(r#"{{"refresh_token":"{refresh}"}}"#);
        for path in ["/auth/refresh", "/auth/refresh", "/auth/logout"] {
            let answer = self.json("POST", path, "", &body);
            if answer.contains("access_token") {
                self.tokens(&answer);
            }
        }
    }

    /// The same with tables that are not what they should be.
    async fn suffer(&mut self, url: &str) {
        let (access, refresh) = self.log_in("ann@example.com", NEW);
        let db = Db::open(&DatabaseConfig::new(url.to_owned())).unwrap();
        for table in ["auth_refresh_tokens", "auth_counters", "users"] {
            let renamed = format!("ALTER TABLE {table} RENAME TO {table}_gone");
            db.execute(Statement::new(renamed)).await.unwrap();
            let body = format!(r#"{{"refresh_token":"{refresh}"}}"#);
            self.json("POST", "/auth/refresh", "", &body);
            for password in [NEW, WRONG] {
                let body = format!(r#"{{"email":"ann@example.com","password":"{password}"}}"#);
                let answer = self.json("POST", "/auth/token", "", &body);
                assert!(
                    answer.contains("\"internal\"") || password == WRONG,
                    "{answer}"
                );
                self.json("POST", "/auth/register", "", &body);
            }
            let body = format!(r#"{{"current_password":"{NEW}","new_password":"{PASSWORD}"}}"#);
            self.json("POST", "/auth/password", &access, &body);
        }
        db.close();
    }

    fn assert_silent(mut self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        // The last of what it suffers is a change of password that fails.
        while !self.log.contains("/auth/password") || !self.log.contains("internal") {
            assert!(Instant::now() < deadline, "the log does not come");
            self.log.push_str(&self.server.log());
        }
        // It is the busy log that is silent.
        assert!(self.log.contains("DEBUG"), "{}", self.log);
        assert!(self.log.contains("internal"), "{}", self.log);
        let own = ["canary", "Y2FuYXJ5", "$argon2", "PRIVATE KEY"].map(str::to_owned);
        let figures = curl(&[&self.server.url("/metrics")]);
        assert!(figures.contains("login_failed"), "{figures}");
        let (_, rest) = self.server.stop_and_read();
        self.log.push_str(&rest);
        let spans = self.collector.text();
        for name in ["POST /auth/token", "INSERT articles", "password"] {
            assert!(spans.contains(name), "no span {name}");
        }
        for secret in self.secrets.iter().chain(&own) {
            let line = self.log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} was told");
            assert!(!figures.contains(secret), "{secret} is in the figures");
            assert!(!spans.contains(secret), "{secret} is in a span");
        }
    }
}

async fn watch(url: &str, format: &str, settings: &[(&str, &str)]) {
    let (collector, endpoint) = Collector::start();
    let endpoint = endpoint.replace("http://", "http://canary:canary@");
    let mut environment = vec![
        ("OTLP_ENDPOINT", endpoint.as_str()),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "x-key=canary-of-the-collectors-key",
        ),
        ("DATABASE_URL", url),
        ("RUST_LOG", "trace"),
        ("LOG_FORMAT", format),
        ("JWT_SECRET_KEY", SECRET),
        // The least that argon2 takes: the log is what counts here.
        ("ARGON2_MEMORY_KIB", "8"),
        ("ARGON2_ITERATIONS", "1"),
    ];
    environment.extend(settings);
    let mut watched = Watched {
        server: Server::start(PROGRAM, &environment),
        secrets: Vec::new(),
        log: String::new(),
        collector,
    };
    watched.be_busy();
    watched.suffer(url).await;
    watched.assert_silent();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    watch(&url, "json", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_on_postgres_with_keys() {
    let database = TestDatabase::postgres("empty", async |_url| Ok(())).await;
    let Some(database) = database else { return };
    let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
    let settings = [("JWT_PRIVATE_KEY", key.pem().expose().as_str())];
    watch(database.url(), "pretty", &settings).await;
}

#[test]
fn the_faults_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let canary = "canary\n-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----";
    let environment = [
        ("APP_ENV", "production"),
        ("RUST_LOG", "trace"),
        ("JWT_SECRET_KEY", "canary"),
        ("JWT_PRIVATE_KEY", canary),
        ("JWT_PUBLIC_KEYS", canary),
        ("DATABASE_URL", "postgres://canary:canary@localhost:port/x"),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let output = command(PROGRAM, folder.path(), &environment).output();
    let Output {
        status,
        stderr,
        stdout,
    } = output.unwrap();
    let told = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert_eq!(status.code(), Some(78), "{told}");
    for variable in ["JWT_SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS"] {
        assert!(told.contains(variable), "{told}");
    }
    assert!(!told.contains("canary"), "{told}");
}
