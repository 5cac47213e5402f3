//! Settings of the database.

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Profile;
use super::reader::Reader;
use crate::Secret;

const DEFAULT_POOL_SIZE: usize = 16;
const DEFAULT_POOL_TIMEOUT_SECONDS: u64 = 5;
/// At 100 answers a second the last of them waits as long as the pool's time-out.
const DEFAULT_QUEUE_SIZE: usize = 512;
/// Long beside a statement, short beside the patience of a client.
const DEFAULT_QUEUE_TARGET: Duration = Duration::from_millis(250);
const DEFAULT_STATEMENT_TIMEOUT_SECONDS: u64 = 30;
const DEVELOPMENT_URL: &str = "sqlite://app.db";
const TEST_URL: &str = "sqlite::memory:";
const DEFAULT_SLOW_QUERY_SECONDS: u64 = 1;
const POSTGRES_PORT: u16 = 5432;
const A_DAY: f64 = 86_400.0;

const URL_FIX: &str =
    "write `sqlite://PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/NAME`";
/// What may stand in any part of a URL (RFC 3986, section 2.3: unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Which database, and how many connections to it.
///
/// ```
/// use skeleton_runtime::config::DatabaseConfig;
///
/// let config = DatabaseConfig {
///     pool_size: 4,
///     ..DatabaseConfig::new("sqlite::memory:")
/// };
/// assert_eq!(config.queue_size, 512);
/// ```
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `DATABASE_URL`, or made of `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER` and `DB_PASSWORD`. It may hold a password.
    pub url: Secret<String>,
    /// `DATABASE_POOL_SIZE`: connections. Too few make requests wait; too many take memory on the database's side.
    pub pool_size: usize,
    /// `DATABASE_POOL_TIMEOUT_SECONDS`: waiting for a connection, then 503.
    pub pool_timeout: Duration,
    /// `DATABASE_QUEUE_SIZE`: requests that may wait for a connection, then 503 at once. It is what a burst may be; the
    /// limit that holds falls below it while the wait is above `queue_target`.
    pub queue_size: usize,
    /// `DATABASE_QUEUE_TARGET_SECONDS`: how long the wait for a connection may stay. Too short refuses what would have
    /// been answered; too long answers those who have gone.
    pub queue_target: Duration,
    /// `DATABASE_STATEMENT_TIMEOUT_SECONDS`: for one statement, set on each connection.
    pub statement_timeout: Duration,
    /// `DATABASE_SLOW_QUERY_SECONDS`: a statement that takes longer is logged, without its values.
    pub slow_query: Duration,
}

impl DatabaseConfig {
    /// The default pool for the database at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url.into()),
            pool_size: DEFAULT_POOL_SIZE,
            pool_timeout: Duration::from_secs(DEFAULT_POOL_TIMEOUT_SECONDS),
            queue_size: DEFAULT_QUEUE_SIZE,
            queue_target: DEFAULT_QUEUE_TARGET,
            statement_timeout: Duration::from_secs(DEFAULT_STATEMENT_TIMEOUT_SECONDS),
            slow_query: Duration::from_secs(DEFAULT_SLOW_QUERY_SECONDS),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: url(reader),
            pool_size: reader.number("DATABASE_POOL_SIZE", DEFAULT_POOL_SIZE, 1..=10_000),
            pool_timeout: reader.seconds(
                "DATABASE_POOL_TIMEOUT_SECONDS",
                DEFAULT_POOL_TIMEOUT_SECONDS,
                0.1..=3600.0,
            ),
            queue_size: reader.number("DATABASE_QUEUE_SIZE", DEFAULT_QUEUE_SIZE, 1..=1_000_000),
            queue_target: reader.duration(
                "DATABASE_QUEUE_TARGET_SECONDS",
                DEFAULT_QUEUE_TARGET,
                0.001..=3600.0,
            ),
            statement_timeout: reader.seconds(
                "DATABASE_STATEMENT_TIMEOUT_SECONDS",
                DEFAULT_STATEMENT_TIMEOUT_SECONDS,
                0.1..=A_DAY,
            ),
            slow_query: reader.seconds(
                "DATABASE_SLOW_QUERY_SECONDS",
                DEFAULT_SLOW_QUERY_SECONDS,
                0.0..=A_DAY,
            ),
        }
    }
}

fn url(reader: &mut Reader<'_>) -> Secret<String> {
    let faults_before = reader.faults.len();
    let whole = reader.secret("DATABASE_URL");
    // Read in any case, so that their faults are found and a stray part is told.
    let parts = Parts::read(reader);
    if let Some(url) = whole {
        if let Some(wrong) = unusable(url.expose().trim()) {
            reader.fault("DATABASE_URL", wrong, URL_FIX);
        }
        if let Some(name) = parts.any() {
            reader.warn(name, "has no effect, since DATABASE_URL is set");
        }
        return Secret::new(url.expose().trim().to_owned());
    }
    if parts.any().is_some() {
        return parts.url(reader);
    }
    match reader.profile {
        Profile::Development => Secret::new(DEVELOPMENT_URL.to_owned()),
        Profile::Test => Secret::new(TEST_URL.to_owned()),
        Profile::Production => {
            // If it could not be read, that fault is enough.
            if reader.faults.len() == faults_before {
                reader.fault(
                    "DATABASE_URL",
                    "is not set, and production needs a database",
                    URL_FIX,
                );
            }
            Secret::default()
        }
    }
}

/// What is wrong with a URL, without a word of it: it may hold a password.
fn unusable(url: &str) -> Option<&'static str> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return match path.strip_prefix("//") {
            _ if !cfg!(feature = "sqlite") => {
                Some("asks for SQLite, which this program is built without")
            }
            Some("") => Some("has no path"),
            None if path != ":memory:" => Some("is no SQLite URL"),
            _ => None,
        };
    }
    let Some(rest) = url
        .strip_prefix("postgres://")
        .or_else(|| url.strip_prefix("postgresql://"))
    else {
        return Some("has an unknown scheme");
    };
    if !cfg!(feature = "postgres") {
        return Some("asks for PostgreSQL, which this program is built without");
    }
    if rest.contains('#') {
        return Some("has a `#`, which must be written `%23`");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    (host.is_empty() || host.starts_with(':')).then_some("has no host")
}

/// PostgreSQL in parts.
struct Parts {
    host: Option<String>,
    port: u16,
    port_given: bool,
    name: Option<String>,
    user: Option<String>,
    password: Option<Secret<String>>,
}

impl Parts {
    fn read(reader: &mut Reader<'_>) -> Self {
        let fix = "write a port from 1 to 65535, or leave it out for 5432";
        let port = reader.parsed("DB_PORT", fix, |text| {
            text.parse().ok().filter(|port| *port > 0)
        });
        Self {
            host: reader.text("DB_HOST"),
            port: port.unwrap_or(POSTGRES_PORT),
            port_given: port.is_some(),
            name: reader.text("DB_NAME"),
            user: reader.text("DB_USER"),
            password: reader.secret("DB_PASSWORD"),
        }
    }

    /// The first part that is given.
    fn any(&self) -> Option<&'static str> {
        [
            ("DB_HOST", self.host.is_some()),
            ("DB_PORT", self.port_given),
            ("DB_NAME", self.name.is_some()),
            ("DB_USER", self.user.is_some()),
            ("DB_PASSWORD", self.password.is_some()),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }

    fn url(&self, reader: &mut Reader<'_>) -> Secret<String> {
        for (name, part) in [
            ("DB_HOST", &self.host),
            ("DB_NAME", &self.name),
            ("DB_USER", &self.user),
        ] {
            if part.is_none() {
                reader.fault(
                    name,
                    "is not set, though other parts of the database's address are",
                    "set it, or give the whole as DATABASE_URL",
                );
            }
        }
        if !cfg!(feature = "postgres") {
            reader.fault(
                "DB_HOST",
                "asks for PostgreSQL, which this program is built without",
                "set DATABASE_URL to `sqlite://PATH`",
            );
        }
        let encoded = |part: &str| utf8_percent_encode(part, RESERVED).to_string();
        let part = |part: &Option<String>| encoded(part.as_deref().unwrap_or_default());
        let password = self
            .password
            .as_ref()
            .map(|password| format!(":{}", encoded(password.expose())))
            .unwrap_or_default();
        let host = match self.host.as_deref() {
            Some(host) if host.contains(':') => format!("[{}]", host.trim_matches(['[', ']'])),
            // A folder with a Unix socket is encoded like any other part.
            _ => part(&self.host),
        };
        Secret::new(format!(
            "postgres://{}{password}@{host}:{}/{}",
            part(&self.user),
            self.port,
            part(&self.name)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "sqlite")]
    #[test]
    fn sqlite_urls() {
        assert_eq!(unusable("sqlite://app.db"), None);
        assert_eq!(unusable("sqlite:///var/lib/app.db"), None);
        assert_eq!(unusable("sqlite::memory:"), None);
        assert!(unusable("sqlite://").is_some());
        assert!(unusable("sqlite:app.db").is_some());
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn postgres_urls() {
        assert_eq!(unusable("postgres://localhost/app"), None);
        assert_eq!(
            unusable("postgresql://app:secret@db:5432/app?sslmode=require"),
            None
        );
        assert!(unusable("postgres:///app").is_some());
        assert!(unusable("postgres://app@:5432/app").is_some());
        assert!(unusable("postgres://app:p#1@db/app").is_some());
    }

    #[test]
    fn other_schemes_are_refused() {
        assert!(unusable("mysql://db/app").is_some());
        assert!(unusable("app.db").is_some());
    }
}
