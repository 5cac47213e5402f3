//! Settings: typed structs, one for each concern, read from the environment.
//!
//! Only this module reads the environment, and it does so once, through a [`Source`]. All faults are told at once,
//! each with its variable and its fix; variables that have no effect are warned of; secrets are never printed.

mod auth;
mod database;
mod fault;
mod http;
mod jwt_keys;
mod log;
mod masked;
mod names;
mod network;
mod reader;
mod settings;
mod source;
mod strength;
mod telemetry;

pub use auth::{Argon2Config, AuthConfig, AuthLimits};
pub use database::DatabaseConfig;
pub use fault::{Fault, Faults, Warning};
pub use http::HttpConfig;
pub use jwt_keys::{JwtAlgorithm, JwtPrivateKey, JwtPublicKey, KeyFault};
pub use log::{LogConfig, LogFormat};
pub use masked::masked_url;
pub use network::Network;
pub use settings::{Setting, SettingSource};
pub use source::{Environment, Origin, Source};
pub use telemetry::{TelemetryConfig, TracesConfig};

use reader::Reader;

/// Everything that can be set.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("PORT", "8001")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.service_name, "newsroom");
///
/// let faults = Config::load("newsroom", &BTreeMap::from([("PORT", "high")])).unwrap_err();
/// assert!(faults.to_string().contains("PORT"));
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    /// The service's name, from its `Cargo.toml`.
    pub service_name: String,
    /// `APP_ENV`.
    pub profile: Profile,
    /// The HTTP server.
    pub http: HttpConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// `AUTO_MIGRATE`: whether pending migrations are applied at the start. On, except in production.
    pub auto_migrate: bool,
    /// Accounts and tokens.
    pub auth: AuthConfig,
    /// The log.
    pub log: LogConfig,
    /// Metrics and traces.
    pub telemetry: TelemetryConfig,
}

/// `APP_ENV`: which defaults are taken, and how strict the start is.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::{Config, Profile};
///
/// let (config, _) = Config::load("newsroom", &BTreeMap::from([("APP_ENV", "test")])).unwrap();
/// assert_eq!(config.profile, Profile::Test);
/// assert_eq!(config.profile.as_str(), "test");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Needs no configuration: SQLite in a file, a secret made up.
    Development,
    /// Refuses to start on a missing secret or database.
    Production,
    /// As development, with SQLite in memory.
    Test,
}

impl Profile {
    /// The name, as in `APP_ENV`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
            Self::Test => "test",
        }
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let fix = "write `development`, `production` or `test`";
        let all = [Self::Development, Self::Production, Self::Test];
        let mut guess = Self::Production;
        let profile = reader.parsed("APP_ENV", fix, |text| {
            // `dev` and `prod` are faults, yet the further faults should be those of the profile that was meant.
            let meant = all
                .iter()
                .find(|profile| profile.as_str().get(..1) == text.get(..1));
            guess = meant.copied().unwrap_or(guess);
            all.into_iter().find(|profile| profile.as_str() == text)
        });
        let faulty = !reader.faults.is_empty();
        profile.unwrap_or(if faulty { guess } else { Self::Development })
    }
}

/// All settings with all that is to be said of them.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("PORT", "high")]);
/// let inspection = Config::inspect("newsroom", &variables);
/// assert!(inspection.blames(&["PORT"]));
/// assert_eq!(inspection.config.http.address.port(), 8000, "the default stands in");
/// ```
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The settings; one that can't be used has its default.
    pub config: Config,
    /// The settings that can't be used.
    pub faults: Vec<Fault>,
    /// What may not be meant.
    pub warnings: Vec<Warning>,
}

impl Inspection {
    /// Whether one of these variables, or the file that one names, is at fault.
    pub fn blames(&self, variables: &[&str]) -> bool {
        let is_of = |fault: &Fault| {
            let name = fault.variable.as_ref();
            let base = name.strip_suffix("_FILE").unwrap_or(name);
            variables.contains(&name) || variables.contains(&base)
        };
        self.faults.iter().any(is_of)
    }
}

impl Config {
    /// Reads all settings. `service_name` is the default of the token's issuer and audience.
    ///
    /// # Errors
    ///
    /// Every setting that can't be used, at once.
    pub fn load(service_name: &str, source: &impl Source) -> Result<(Self, Vec<Warning>), Faults> {
        let Inspection {
            config,
            faults,
            warnings,
        } = Self::inspect(service_name, source);
        if faults.is_empty() {
            return Ok((config, warnings));
        }
        Err(Faults::from(faults))
    }

    /// Reads all settings, and goes on where one can't be used: for whoever looks for further faults.
    pub fn inspect(service_name: &str, source: &impl Source) -> Inspection {
        let mut reader = Reader::new(source);
        reader.profile = Profile::read(&mut reader);
        let config = Self {
            service_name: service_name.to_owned(),
            profile: reader.profile,
            http: HttpConfig::read(&mut reader),
            database: DatabaseConfig::read(&mut reader),
            auto_migrate: {
                let default = reader.profile != Profile::Production;
                reader.switch("AUTO_MIGRATE", default)
            },
            auth: AuthConfig::read(&mut reader, service_name),
            log: LogConfig::read(&mut reader),
            telemetry: TelemetryConfig::read(&mut reader, service_name),
        };
        reader.warn_of_ineffective();
        Inspection {
            config,
            faults: reader.faults,
            warnings: reader.warnings,
        }
    }
}

#[cfg(test)]
mod fuzz;
// They speak of the URLs of both databases.
#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "sqlite"))]
mod tests;
