//! Whole configurations, from maps.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(super) fn load(variables: &[(&str, &str)]) -> Result<(Config, Vec<Warning>), Faults> {
    let source: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Config::load("newsroom", &source)
}

pub(super) fn loaded(variables: &[(&str, &str)]) -> Config {
    load(variables).unwrap().0
}

/// The variables that are at fault, in order.
pub(super) fn faulty(variables: &[(&str, &str)]) -> Vec<String> {
    let faults = load(variables).unwrap_err();
    faults
        .as_slice()
        .iter()
        .map(|fault| fault.variable.to_string())
        .collect()
}

fn warned(variables: &[(&str, &str)]) -> Vec<String> {
    load(variables)
        .unwrap()
        .1
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn development_needs_nothing() {
    let (config, warnings) = load(&[]).unwrap();
    assert_eq!(config.profile, Profile::Development);
    assert_eq!(config.http.address.to_string(), "127.0.0.1:8000");
    assert_eq!(config.http.drain, Duration::ZERO);
    assert_eq!(config.http.body_limit, 1_048_576);
    assert_eq!(config.database.url.expose(), "sqlite://app.db");
    assert!(config.auto_migrate);
    assert_eq!(
        (config.auth.issuer.as_str(), config.auth.audience.as_str()),
        ("newsroom", "newsroom")
    );
    assert_eq!(config.auth.access_token_lifetime, Duration::from_mins(15));
    assert!(config.auth.jwt_secret.expose().len() >= 32);
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].variable, "JWT_SECRET_KEY");
}

#[test]
fn made_up_secrets_differ() {
    assert_ne!(loaded(&[]).auth.jwt_secret, loaded(&[]).auth.jwt_secret);
}

#[test]
fn tests_run_in_memory_and_in_silence() {
    let (config, warnings) = load(&[("APP_ENV", "test")]).unwrap();
    assert_eq!(config.database.url.expose(), "sqlite::memory:");
    assert_eq!(warnings, []);
}

#[test]
fn production_has_its_own_defaults() {
    let (config, warnings) = load(&[
        ("APP_ENV", "production"),
        ("DATABASE_URL", "sqlite:///data/app.db"),
        ("JWT_SECRET_KEY", SECRET),
    ])
    .unwrap();
    assert_eq!(config.http.address.to_string(), "0.0.0.0:8000");
    assert_eq!(config.http.drain, Duration::from_secs(5));
    assert!(!config.auto_migrate);
    assert_eq!(warnings, []);
}

#[test]
fn all_faults_come_at_once() {
    let variables = [
        ("APP_ENV", "production"),
        ("PORT", "80a"),
        ("REQUEST_TIMEOUT_SECONDS", "-1"),
        ("AUTO_MIGRATE", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("RUST_LOG", "info,=,x=y=z"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nonsense, 1.2.3.4/99"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example/path"),
    ];
    assert_eq!(
        faulty(&variables),
        [
            "PORT",
            "REQUEST_TIMEOUT_SECONDS",
            "CORS_ALLOWED_ORIGINS",
            "TRUSTED_PROXIES",
            "TRUSTED_PROXIES",
            "DATABASE_URL",
            "AUTO_MIGRATE",
            "JWT_SECRET_KEY",
            "LOG_FORMAT",
            "RUST_LOG"
        ]
    );
}

#[test]
fn faults_say_what_to_do() {
    let text = load(&[("PORT", "80a")]).unwrap_err().to_string();
    assert_eq!(
        text,
        "1 setting can't be used:\n  PORT is \"80a\"\n    fix: write a whole number from 0 to 65535, or leave it out for 8000"
    );
}

#[test]
fn a_short_secret_is_refused_in_every_profile() {
    for profile in ["development", "production", "test"] {
        let variables = [
            ("APP_ENV", profile),
            ("JWT_SECRET_KEY", "canary"),
            ("DATABASE_URL", "sqlite://app.db"),
        ];
        let text = load(&variables).unwrap_err().to_string();
        assert!(text.contains("JWT_SECRET_KEY has 6 bytes"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

#[test]
fn an_unknown_profile_takes_the_faults_of_the_one_that_was_meant() {
    assert_eq!(faulty(&[("APP_ENV", "dev")]), ["APP_ENV"]);
    assert_eq!(
        faulty(&[("APP_ENV", "prod")]),
        ["APP_ENV", "DATABASE_URL", "JWT_SECRET_KEY"]
    );
}

#[test]
fn secrets_are_printed_nowhere() {
    let url = "postgres://app:canary@db/app";
    let secret = "canary-canary-canary-canary-canary-canary";
    let (config, warnings) = load(&[
        ("DATABASE_URL", url),
        ("JWT_SECRET_KEY", secret),
        ("DB_PASSWORD", "canary"),
    ])
    .unwrap();
    let shown = format!("{config:?} {warnings:?}");
    assert!(!shown.contains("canary"), "{shown}");

    let text = load(&[("DATABASE_URL", "mysql://app:canary@db/app")])
        .unwrap_err()
        .to_string();
    assert!(!text.contains("canary"), "{text}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_url_is_made_of_its_parts() {
    let config = loaded(&[
        ("DB_HOST", "db.internal"),
        ("DB_NAME", "news room"),
        ("DB_USER", "app"),
        ("DB_PASSWORD", "a@b:c/d?e#f%g ü"),
    ]);
    assert_eq!(
        config.database.url.expose(),
        "postgres://app:a%40b%3Ac%2Fd%3Fe%23f%25g%20%C3%BC@db.internal:5432/news%20room"
    );
    let config = loaded(&[
        ("DB_HOST", "::1"),
        ("DB_NAME", "a"),
        ("DB_USER", "b"),
        ("DB_PORT", "6432"),
    ]);
    assert_eq!(config.database.url.expose(), "postgres://b@[::1]:6432/a");
    let config = loaded(&[
        ("DB_HOST", "/run/postgresql"),
        ("DB_NAME", "a"),
        ("DB_USER", "b"),
    ]);
    assert_eq!(
        config.database.url.expose(),
        "postgres://b@%2Frun%2Fpostgresql:5432/a"
    );
}

#[cfg(feature = "postgres")]
#[test]
fn parts_that_are_missing_are_named() {
    assert_eq!(
        faulty(&[("DB_PASSWORD", "x")]),
        ["DB_HOST", "DB_NAME", "DB_USER"]
    );
    assert_eq!(
        faulty(&[
            ("DB_HOST", "db"),
            ("DB_PORT", "tcp://10.0.0.1:5432"),
            ("DB_NAME", "a"),
            ("DB_USER", "b")
        ]),
        ["DB_PORT"]
    );
}

#[test]
fn parts_beside_a_url_have_no_effect() {
    let warnings = warned(&[
        ("DATABASE_URL", "sqlite://app.db"),
        ("DB_HOST", "db"),
        ("JWT_SECRET_KEY", SECRET),
    ]);
    assert_eq!(
        warnings,
        ["DB_HOST has no effect, since DATABASE_URL is set"]
    );
}

#[test]
fn variables_without_effect_are_warned_of() {
    let variables = [
        ("APP_ENV", "test"),
        ("DATABASE_POOLSIZE", "3"),
        ("PORT_FILE", "/run/port"),
        ("HOME", "/root"),
    ];
    assert_eq!(
        warned(&variables),
        [
            "DATABASE_POOLSIZE is no setting and has no effect; DATABASE_POOL_SIZE may be meant",
            "PORT_FILE has no effect: only secrets are read from files; set PORT",
        ]
    );
}

#[test]
fn an_empty_value_counts_as_absent() {
    let config = loaded(&[("PORT", ""), ("JWT_ISSUER", " "), ("DATABASE_URL", "")]);
    assert_eq!(config.http.address.port(), 8000);
    assert_eq!(config.auth.issuer, "newsroom");
    assert_eq!(config.database.url.expose(), "sqlite://app.db");
}

#[test]
fn values_are_read() {
    let config = loaded(&[
        ("HOST", "::"),
        ("PORT", "0"),
        ("REQUEST_TIMEOUT_SECONDS", "2.5"),
        ("BODY_LIMIT_BYTES", "4096"),
        (
            "CORS_ALLOWED_ORIGINS",
            "https://a.example, http://localhost:5173,",
        ),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
        ("DATABASE_POOL_SIZE", "3"),
        ("AUTH_REGISTRATION", "FALSE"),
        ("ACCESS_TOKEN_MINUTES", "5"),
        ("ARGON2_MEMORY_KIB", "64"),
        ("ARGON2_PARALLELISM", "8"),
        ("LOG_FORMAT", "json"),
        ("NO_COLOR", "1"),
    ]);
    assert_eq!(config.http.address.to_string(), "[::]:0");
    assert_eq!(config.http.request_timeout, Duration::from_millis(2500));
    assert_eq!(config.http.body_limit, 4096);
    assert_eq!(
        config.http.cors_origins,
        ["https://a.example", "http://localhost:5173"]
    );
    assert_eq!(
        config.http.trusted_proxies,
        [Network::parse("10.0.0.0/8").unwrap()]
    );
    assert_eq!(config.database.pool_size, 3);
    assert!(!config.auth.registration_enabled);
    assert_eq!(config.auth.access_token_lifetime, Duration::from_mins(5));
    assert_eq!(
        config.auth.argon2,
        Argon2Config {
            memory_kib: 64,
            iterations: 2,
            parallelism: 8
        }
    );
    assert_eq!(config.log.format, Some(LogFormat::Json));
    assert!(!config.log.color);
}

#[test]
fn argon2_needs_memory_for_each_lane() {
    assert_eq!(
        faulty(&[("ARGON2_MEMORY_KIB", "63"), ("ARGON2_PARALLELISM", "8")]),
        ["ARGON2_MEMORY_KIB"]
    );
}

/// A map with files.
struct Files(BTreeMap<&'static str, OsString>);

impl Source for Files {
    fn get(&self, name: &str) -> Option<OsString> {
        self.0.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().map(ToString::to_string).collect()
    }

    fn read_file(&self, path: &Path) -> io::Result<String> {
        match path.to_str() {
            Some("/run/secret") => Ok(format!("{SECRET}\n")),
            Some("/run/empty") => Ok("\n".to_owned()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn load_files(
    variables: &[(&'static str, &'static str)],
) -> Result<(Config, Vec<Warning>), Faults> {
    let variables = variables
        .iter()
        .map(|(name, value)| (*name, OsString::from(value)))
        .collect();
    Config::load("newsroom", &Files(variables))
}

#[test]
fn secrets_come_from_files() {
    let (config, warnings) = load_files(&[("JWT_SECRET_KEY_FILE", "/run/secret")]).unwrap();
    assert_eq!(config.auth.jwt_secret.expose(), SECRET);
    assert_eq!(warnings, []);
}

#[test]
fn a_secret_file_that_is_of_no_use_is_one_fault() {
    for (path, wrong) in [
        ("/run/empty", "is empty"),
        ("/run/nowhere", "can't be read"),
    ] {
        let variables = [
            ("APP_ENV", "production"),
            ("DATABASE_URL", "sqlite://app.db"),
            ("JWT_SECRET_KEY_FILE", path),
        ];
        let faults = load_files(&variables).unwrap_err();
        assert_eq!(faults.as_slice().len(), 1, "{faults}");
        assert_eq!(faults.as_slice()[0].variable, "JWT_SECRET_KEY_FILE");
        assert!(faults.as_slice()[0].wrong.contains(wrong), "{faults}");
    }
}

#[test]
fn a_secret_is_given_once() {
    let faults = load_files(&[
        ("JWT_SECRET_KEY", SECRET),
        ("JWT_SECRET_KEY_FILE", "/run/secret"),
    ])
    .unwrap_err();
    assert_eq!(
        faults.as_slice()[0].to_string(),
        "JWT_SECRET_KEY and JWT_SECRET_KEY_FILE are both set\n    fix: keep one of them"
    );
}

#[cfg(unix)]
#[test]
fn what_is_not_utf8_is_a_fault() {
    use std::os::unix::ffi::OsStringExt;
    let variables = [("HOST", OsString::from_vec(vec![0xff]))]
        .into_iter()
        .collect();
    let faults = Config::load("newsroom", &Files(variables)).unwrap_err();
    assert_eq!(
        faults.as_slice()[0].to_string(),
        "HOST is not UTF-8\n    fix: write it in UTF-8"
    );
}

#[test]
fn limits_and_lifetimes_are_read() {
    let defaults = loaded(&[("APP_ENV", "test")]).auth;
    assert_eq!(defaults.limits, AuthLimits::default());
    assert_eq!(defaults.refresh_token_lifetime.as_secs(), 30 * 86_400);
    let auth = loaded(&[
        ("APP_ENV", "test"),
        ("REFRESH_TOKEN_DAYS", "7"),
        ("AUTH_PASSWORD_GRANT", "false"),
        ("AUTH_LOGIN_LIMIT_PER_EMAIL", "1"),
        ("AUTH_LOGIN_LIMIT_PER_ADDRESS", "2"),
        ("AUTH_REGISTER_LIMIT_PER_ADDRESS", "3"),
        ("AUTH_REFRESH_LIMIT_PER_ADDRESS", "0"),
    ])
    .auth;
    let expected = AuthLimits {
        login_per_email: 1,
        login_per_address: 2,
        register_per_address: 3,
        refresh_per_address: 0,
    };
    assert_eq!(auth.limits, expected);
    assert_eq!(auth.refresh_token_lifetime.as_secs(), 7 * 86_400);
    assert!(!auth.password_grant_enabled);
    let wrong = [
        ("REFRESH_TOKEN_DAYS", "0"),
        ("AUTH_LOGIN_LIMIT_PER_EMAIL", "-1"),
        ("AUTH_REFRESH_LIMIT_PER_ADDRESS", "many"),
    ];
    assert_eq!(faulty(&wrong), wrong.map(|(name, _)| name));
}

#[test]
fn keys_are_read_and_public_ones_need_a_private_one() {
    let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
    let (private, public) = (key.pem().expose().as_str(), key.public().pem());
    let both = [("JWT_PRIVATE_KEY", private), ("JWT_PUBLIC_KEYS", public)];
    let auth = loaded(&both).auth;
    assert_eq!(auth.private_key.unwrap().public().id(), key.public().id());
    assert_eq!(auth.public_keys.len(), 1);
    let alone = [
        ("APP_ENV", "test"),
        ("JWT_SECRET_KEY", SECRET),
        ("JWT_PUBLIC_KEYS", public),
    ];
    assert_eq!(
        warned(&alone),
        ["JWT_PUBLIC_KEYS has no effect without JWT_PRIVATE_KEY"]
    );
    let swapped = [("JWT_PRIVATE_KEY", public), ("JWT_PUBLIC_KEYS", private)];
    assert_eq!(faulty(&swapped), ["JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS"]);
}
