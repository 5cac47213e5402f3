//! Each setting as it is in force, and where it comes from.

use std::fmt;
use std::time::Duration;

use super::names::{self, Use};
use super::{Config, LogFormat, Origin, Profile, Source, masked_url};

const MASK: &str = "[hidden]";

/// One setting.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("PORT", "8001")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// let settings = config.settings(&variables);
/// let port = settings.iter().find(|setting| setting.name == "PORT").unwrap();
/// assert_eq!(port.value.as_deref(), Some("8001"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: &'static str,
    /// What is in force, as it would be written; secrets are masked. `None` where nothing is set and there is no default.
    pub value: Option<String>,
    /// Where it comes from.
    pub source: SettingSource,
}

/// Where a setting comes from.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::{Config, SettingSource};
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("PORT", "8001")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// let settings = config.settings(&variables);
/// let host = settings.iter().find(|setting| setting.name == "HOST").unwrap();
/// assert_eq!(host.source, SettingSource::Default);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// The environment, or `.env`.
    Variable(Origin),
    /// The file that `NAME_FILE` names.
    File(String),
    /// Other settings, as `DATABASE_URL` of `DB_HOST` and the others.
    Settings(&'static str),
    /// Nobody set it.
    Default,
}

impl fmt::Display for SettingSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(Origin::Environment) => formatter.write_str("environment"),
            Self::Variable(Origin::DotEnv) => formatter.write_str(".env"),
            Self::File(path) => write!(formatter, "file {path}"),
            Self::Settings(names) => formatter.write_str(names),
            Self::Default => formatter.write_str("default"),
        }
    }
}

impl Config {
    /// Every setting in the order of the documentation; `source` is what this was read from.
    pub fn settings(&self, source: &impl Source) -> Vec<Setting> {
        let settings = names::VARIABLES.iter();
        settings
            .map(|(name, usage)| self.setting(name, *usage, source))
            .collect()
    }

    fn setting(&self, name: &'static str, usage: Use, source: &impl Source) -> Setting {
        // As when it is read: an empty one counts as absent.
        let value = |name: &str| {
            let value = source.get(name).filter(|value| !value.is_empty())?;
            Some(value.to_string_lossy().trim().to_owned())
        };
        let set = value(name).map(|text| (text, SettingSource::Variable(source.origin(name))));
        let file = || {
            let path = value(&format!("{name}_FILE"))?;
            Some((String::new(), SettingSource::File(path)))
        };
        match set.or_else(|| (usage == Use::Secret).then(file).flatten()) {
            Some((text, from)) => Setting {
                name,
                value: Some(match (usage, name) {
                    (Use::Plain, _) => text,
                    (Use::Secret, "DATABASE_URL") => masked_url(self.database.url.expose()),
                    (Use::Secret, _) => MASK.to_owned(),
                }),
                source: from,
            },
            None => self.unset(name, source),
        }
    }

    fn unset(&self, name: &'static str, source: &impl Source) -> Setting {
        let is_set = |name: &&str| source.get(name).is_some_and(|value| !value.is_empty());
        let parts = ["DB_HOST", "DB_NAME", "DB_USER"];
        let in_parts = name == "DATABASE_URL" && parts.iter().any(is_set);
        Setting {
            name,
            value: self.default_of(name),
            source: if in_parts {
                SettingSource::Settings("DB_HOST, DB_NAME, …")
            } else {
                SettingSource::Default
            },
        }
    }

    /// What is in force where nothing is set.
    fn default_of(&self, name: &str) -> Option<String> {
        let (http, database, auth) = (&self.http, &self.database, &self.auth);
        Some(match name {
            "APP_ENV" => self.profile.as_str().to_owned(),
            "HOST" => http.address.ip().to_string(),
            "PORT" => http.address.port().to_string(),
            "DATABASE_URL" if !database.url.expose().is_empty() => {
                masked_url(database.url.expose())
            }
            "DATABASE_POOL_SIZE" => database.pool_size.to_string(),
            "DATABASE_POOL_TIMEOUT_SECONDS" => seconds(database.pool_timeout),
            "DATABASE_QUEUE_SIZE" => database.queue_size.to_string(),
            "DATABASE_QUEUE_TARGET_SECONDS" => seconds(database.queue_target),
            "DATABASE_STATEMENT_TIMEOUT_SECONDS" => seconds(database.statement_timeout),
            "DATABASE_SLOW_QUERY_SECONDS" => seconds(database.slow_query),
            "AUTO_MIGRATE" => self.auto_migrate.to_string(),
            "JWT_SECRET_KEY" if self.profile != Profile::Production => "[made up]".to_owned(),
            "JWT_ISSUER" => auth.issuer.clone(),
            "JWT_AUDIENCE" => auth.audience.clone(),
            "REQUEST_TIMEOUT_SECONDS" => seconds(http.request_timeout),
            "HEADER_TIMEOUT_SECONDS" => seconds(http.header_timeout),
            "SEND_TIMEOUT_SECONDS" => seconds(http.send_timeout),
            "CONNECTION_LIMIT" => http.connection_limit.to_string(),
            "BODY_LIMIT_BYTES" => http.body_limit.to_string(),
            "SHUTDOWN_DRAIN_SECONDS" => seconds(http.drain),
            "SHUTDOWN_TIMEOUT_SECONDS" => seconds(http.shutdown_timeout),
            "DOCS_ENABLED" => http.docs_enabled.to_string(),
            "METRICS_ENABLED" => self.telemetry.metrics_enabled.to_string(),
            "LOG_FORMAT" => match self.log.format {
                Some(LogFormat::Pretty) => "pretty",
                Some(LogFormat::Json) => "json",
                None => "pretty on a terminal, else json",
            }
            .to_owned(),
            "RUST_LOG" => self.log.filter.clone(),
            "OTEL_SERVICE_NAME" => self.service_name.clone(),
            "OTEL_TRACES_SAMPLER_ARG" => "1".to_owned(),
            other => return self.default_of_auth(other),
        })
    }

    fn default_of_auth(&self, name: &str) -> Option<String> {
        const A_DAY: u64 = 24 * 60 * 60;
        let (auth, limits, argon2) = (&self.auth, &self.auth.limits, &self.auth.argon2);
        Some(match name {
            "ACCESS_TOKEN_MINUTES" => (auth.access_token_lifetime.as_secs() / 60).to_string(),
            "REFRESH_TOKEN_DAYS" => (auth.refresh_token_lifetime.as_secs() / A_DAY).to_string(),
            "AUTH_PASSWORD_GRANT" => auth.password_grant_enabled.to_string(),
            "AUTH_REGISTRATION" => auth.registration_enabled.to_string(),
            "AUTH_LOGIN_LIMIT_PER_EMAIL" => limits.login_per_email.to_string(),
            "AUTH_LOGIN_LIMIT_PER_ADDRESS" => limits.login_per_address.to_string(),
            "AUTH_REGISTER_LIMIT_PER_ADDRESS" => limits.register_per_address.to_string(),
            "AUTH_REFRESH_LIMIT_PER_ADDRESS" => limits.refresh_per_address.to_string(),
            "ARGON2_MEMORY_KIB" => argon2.memory_kib.to_string(),
            "ARGON2_ITERATIONS" => argon2.iterations.to_string(),
            "ARGON2_PARALLELISM" => argon2.parallelism.to_string(),
            _ => return None,
        })
    }
}

fn seconds(duration: Duration) -> String {
    duration.as_secs_f64().to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn settings(variables: &[(&'static str, &'static str)]) -> BTreeMap<&'static str, Setting> {
        let source: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let config = Config::inspect("newsroom", &source).config;
        let settings = config.settings(&source).into_iter();
        settings.map(|setting| (setting.name, setting)).collect()
    }

    #[test]
    fn what_is_in_force_is_told_with_its_source() {
        let settings = settings(&[
            ("PORT", "9000"),
            ("JWT_ISSUER", ""),
            ("JWT_SECRET_KEY", "canary canary canary canary canary"),
            ("DATABASE_URL_FILE", "/run/url"),
        ]);
        let told = |name: &str| {
            let Setting { value, source, .. } = &settings[name];
            (value.as_deref(), source.to_string())
        };
        assert_eq!(told("PORT"), (Some("9000"), "environment".to_owned()));
        assert_eq!(told("JWT_ISSUER"), (Some("newsroom"), "default".to_owned()));
        assert_eq!(
            told("JWT_SECRET_KEY"),
            (Some("[hidden]"), "environment".to_owned())
        );
        assert_eq!(told("DATABASE_URL").1, "file /run/url");
        assert_eq!(told("MANAGEMENT_ADDR"), (None, "default".to_owned()));
        assert_eq!(
            told("DATABASE_SLOW_QUERY_SECONDS"),
            (Some("1"), "default".to_owned())
        );
        assert!(!format!("{settings:?}").contains("canary"));
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_database_in_parts_is_one_url() {
        let settings = settings(&[
            ("DB_HOST", "db"),
            ("DB_NAME", "app"),
            ("DB_USER", "ann"),
            ("DB_PASSWORD", "canary"),
        ]);
        let url = &settings["DATABASE_URL"];
        assert_eq!(
            url.value.as_deref(),
            Some("postgres://ann:[hidden]@db:5432/app")
        );
        assert_eq!(settings["DB_PASSWORD"].value.as_deref(), Some("[hidden]"));
    }
}
