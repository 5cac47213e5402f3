//! Settings and files of them, made up by the thousand.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::Path;

use skeleton_fuzz::Fuzz;

use super::names::{Use, VARIABLES};
use super::source::variables_of;
use super::{Config, SettingSource, Source, masked_url};

const WORDS: &[&str] = &[
    "APP_ENV=production",
    "APP_ENV=test",
    "PORT=",
    "DATABASE_URL=",
    "JWT_SECRET_KEY=",
    "JWT_SECRET_KEY_FILE=",
    "0123456789abcdef0123456789abcdef",
    "canary",
    "postgres://app:canary@db/app?sslmode=",
    "sqlite://app.db",
    "sqlite::memory:",
    "export ",
    "'",
    "\"",
    "$HOME",
    "${PORT}",
    "\\n",
    "#",
    "=",
    "\n",
    "10.0.0.0/8",
    "::1/128",
    "https://example.org",
    "*",
    "json",
    "info,skeleton=debug",
    "true",
    "false",
    "0.5",
    "1e3",
    "-1",
    "NaN",
    "inf",
    "Authorization=Bearer canary",
    "a=b,c=d",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----",
    "[::]:0",
    "0.0.0.0:8000",
    "127.0.0.1",
];

/// The variables of one run; there are no files.
struct Variables(BTreeMap<String, OsString>);

impl Source for Variables {
    fn get(&self, name: &str) -> Option<OsString> {
        self.0.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn read_file(&self, _path: &Path) -> io::Result<String> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn is_secret(name: &str) -> bool {
    VARIABLES
        .iter()
        .any(|(known, usage)| *known == name && *usage == Use::Secret)
}

/// Whether the canary stands in secrets alone. That of a URL has a test of its own, since parts of it are shown.
fn canary_is_secret(variables: &Variables) -> bool {
    let has = |text: &str| text.to_lowercase().contains("canary");
    variables.0.iter().all(|(name, value)| {
        let is_hidden = is_secret(name) && name != "DATABASE_URL";
        !has(name) && (is_hidden || !has(&value.to_string_lossy()))
    })
}

/// What is shown of it says when which one is taken.
const IN_WORDS: &str = "LOG_FORMAT";

/// Every setting that nobody made, written out as it is shown, gives the same settings.
fn check_defaults(config: &Config, mut variables: Variables) {
    for setting in config.settings(&variables) {
        if setting.source == SettingSource::Default
            && !is_secret(setting.name)
            && setting.name != IN_WORDS
            && let Some(value) = setting.value
        {
            variables.0.insert(setting.name.to_owned(), value.into());
        }
    }
    let again = Config::inspect("newsroom", &variables);
    let faults: Vec<_> = again.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults, [""; 0],
        "what is shown can't be written: {:?}",
        variables.0
    );
    assert_eq!(
        format!("{:?}", again.config),
        format!("{config:?}"),
        "{:?}",
        variables.0
    );
}

#[test]
fn fuzz_any_settings_are_read_or_told_without_a_secret() {
    let figures = Fuzz::target("settings").words(WORDS).run(|file| {
        let variables = match variables_of(dotenvy::Iter::new(file)) {
            Ok(variables) => Variables(variables),
            Err(fault) => {
                // The name before the place is no secret.
                let wrong = fault.wrong.split(" after").next().unwrap_or_default();
                assert!(!wrong.contains("canary"), "{fault}");
                return vec![wrong.to_owned()];
            }
        };
        let read = Config::inspect("newsroom", &variables);
        let faults: Vec<_> = read.faults.iter().map(ToString::to_string).collect();
        if canary_is_secret(&variables) {
            let warnings = read.warnings.iter().map(ToString::to_string);
            let settings = read
                .config
                .settings(&variables)
                .into_iter()
                .filter_map(|setting| setting.value);
            let debugged = format!("{:?}", read.config);
            for told in faults
                .iter()
                .cloned()
                .chain(warnings)
                .chain(settings)
                .chain([debugged])
            {
                assert!(!told.to_lowercase().contains("canary"), "{told}");
            }
        }
        for fault in &read.faults {
            let name = fault
                .variable
                .strip_suffix("_FILE")
                .unwrap_or(&fault.variable);
            assert!(
                VARIABLES.iter().any(|(known, _)| *known == name),
                "{fault} is of no setting"
            );
        }
        if faults.is_empty() {
            check_defaults(&read.config, variables);
        }
        let mut kinds: Vec<_> = read
            .faults
            .iter()
            .map(|fault| fault.variable.to_string())
            .collect();
        kinds.push(read.warnings.len().to_string());
        kinds
    });
    assert!(figures.of_seeds > 15, "{figures:?}");
}

/// Two lines: what stands around the canary in a password.
#[test]
fn fuzz_no_password_is_shown_whatever_it_is() {
    Fuzz::target("masked-url").run_text(|text| {
        let (before, behind) = text.split_once('\n').unwrap_or((text, ""));
        let password = format!("{before}canary{behind}");
        let mut urls = vec![
            format!("postgres://app:{password}@db/app"),
            format!("postgresql://app:{password}@[::1]:5432/app?sslmode=require"),
            format!("mysql://app:{password}@db/app"),
        ];
        // One that is not encoded ends there.
        if !password.contains('&') {
            urls.push(format!("postgres://db/app?password={password}"));
            urls.push(format!(
                "postgres://app@db/app?sslmode=require&password={password}"
            ));
        }
        let shown: Vec<_> = urls.iter().map(|url| masked_url(url)).collect();
        for (url, shown) in urls.iter().zip(&shown) {
            assert!(!shown.contains("canary"), "{url} is shown as {shown}");
        }
        shown.iter().map(String::len).collect::<Vec<_>>()
    });
}
