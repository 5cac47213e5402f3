//! Settings of accounts and tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Profile;
use super::jwt_keys::{JwtPrivateKey, JwtPublicKey};
use super::reader::Reader;
use super::strength::weakness;
use crate::Secret;

const SECRET_FIX: &str = "set at least 32 random bytes, as `openssl rand -base64 48` prints them";
const DEFAULT_ACCESS_TOKEN_MINUTES: u64 = 15;
const DEFAULT_REFRESH_TOKEN_DAYS: u64 = 30;
const A_DAY_IN_SECONDS: u64 = 24 * 60 * 60;
const A_DAY_IN_MINUTES: u64 = 24 * 60;

/// Who may log in, and what tokens are made of.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::time::Duration;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("ACCESS_TOKEN_MINUTES", "5")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.auth.access_token_lifetime, Duration::from_secs(300));
/// ```
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// `JWT_SECRET_KEY`: signs the access tokens unless there is a private key, and cursors and tags in any case; at
    /// least 32 bytes. Made up in development, and kept.
    pub jwt_secret: Secret<String>,
    /// `JWT_PRIVATE_KEY`: signs the access tokens instead of the secret; its algorithm is theirs.
    pub private_key: Option<JwtPrivateKey>,
    /// `JWT_PUBLIC_KEYS`: further keys to verify access tokens with, for rotation. Only beside a private key.
    pub public_keys: Vec<JwtPublicKey>,
    /// `JWT_ISSUER`: the claim `iss`; the service's name unless set.
    pub issuer: String,
    /// `JWT_AUDIENCE`: the claim `aud`; the service's name unless set.
    pub audience: String,
    /// `ACCESS_TOKEN_MINUTES`: how long an access token is good.
    pub access_token_lifetime: Duration,
    /// `REFRESH_TOKEN_DAYS`: how long a login can be refreshed, however often that is done.
    pub refresh_token_lifetime: Duration,
    /// `AUTH_REGISTRATION`: whether anybody may make an account at `/auth/register`.
    pub registration_enabled: bool,
    /// `AUTH_PASSWORD_GRANT`: whether `/auth/token` takes the form, beside JSON.
    pub password_grant_enabled: bool,
    /// How often somebody may try.
    pub limits: AuthLimits,
    /// The cost of a password's hash.
    pub argon2: Argon2Config,
}

/// How often somebody may try within a minute, before they are told to wait (429); 0 switches a limit off.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("AUTH_LOGIN_LIMIT_PER_EMAIL", "5")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.auth.limits.login_per_email, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthLimits {
    /// `AUTH_LOGIN_LIMIT_PER_EMAIL`: failed logins.
    pub login_per_email: u32,
    /// `AUTH_LOGIN_LIMIT_PER_ADDRESS`: failed logins. Too low, and the people behind one address lock each other out.
    pub login_per_address: u32,
    /// `AUTH_REGISTER_LIMIT_PER_ADDRESS`: registrations, whatever became of them.
    pub register_per_address: u32,
    /// `AUTH_REFRESH_LIMIT_PER_ADDRESS`: refreshes, whatever became of them.
    pub refresh_per_address: u32,
}

impl Default for AuthLimits {
    fn default() -> Self {
        Self {
            login_per_email: 10,
            login_per_address: 60,
            register_per_address: 20,
            refresh_per_address: 120,
        }
    }
}

impl AuthLimits {
    fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let mut limit = |name, default| reader.number(name, default, 0..=1_000_000);
        Self {
            login_per_email: limit("AUTH_LOGIN_LIMIT_PER_EMAIL", default.login_per_email),
            login_per_address: limit("AUTH_LOGIN_LIMIT_PER_ADDRESS", default.login_per_address),
            register_per_address: limit(
                "AUTH_REGISTER_LIMIT_PER_ADDRESS",
                default.register_per_address,
            ),
            refresh_per_address: limit(
                "AUTH_REFRESH_LIMIT_PER_ADDRESS",
                default.refresh_per_address,
            ),
        }
    }
}

/// The cost of a password's hash (argon2id). Higher slows down guessing, and every login with it.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("ARGON2_ITERATIONS", "3")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.auth.argon2.iterations, 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Config {
    /// `ARGON2_MEMORY_KIB`: for each hash that is computed, so also the server's memory.
    pub memory_kib: u32,
    /// `ARGON2_ITERATIONS`.
    pub iterations: u32,
    /// `ARGON2_PARALLELISM`.
    pub parallelism: u32,
}

/// OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
impl Default for Argon2Config {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

impl AuthConfig {
    /// The shortest key that HS256 may have (RFC 7518, section 3.2: as long as its output).
    pub const MIN_SECRET_BYTES: usize = 32;

    /// The defaults, for a service of this name.
    pub fn new(jwt_secret: impl Into<Secret<String>>, service_name: impl Into<String>) -> Self {
        let service_name = service_name.into();
        Self {
            jwt_secret: jwt_secret.into(),
            private_key: None,
            public_keys: Vec::new(),
            issuer: service_name.clone(),
            audience: service_name,
            access_token_lifetime: Duration::from_secs(DEFAULT_ACCESS_TOKEN_MINUTES * 60),
            refresh_token_lifetime: Duration::from_secs(
                DEFAULT_REFRESH_TOKEN_DAYS * A_DAY_IN_SECONDS,
            ),
            registration_enabled: true,
            password_grant_enabled: true,
            limits: AuthLimits::default(),
            argon2: Argon2Config::default(),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, service_name: &str) -> Self {
        let minutes = reader.number(
            "ACCESS_TOKEN_MINUTES",
            DEFAULT_ACCESS_TOKEN_MINUTES,
            1..=A_DAY_IN_MINUTES,
        );
        let days = reader.number("REFRESH_TOKEN_DAYS", DEFAULT_REFRESH_TOKEN_DAYS, 1..=3650);
        let (private_key, public_keys) = keys(reader);
        Self {
            jwt_secret: secret(reader),
            private_key,
            public_keys,
            issuer: reader
                .text("JWT_ISSUER")
                .unwrap_or_else(|| service_name.to_owned()),
            audience: reader
                .text("JWT_AUDIENCE")
                .unwrap_or_else(|| service_name.to_owned()),
            access_token_lifetime: Duration::from_secs(minutes * 60),
            refresh_token_lifetime: Duration::from_secs(days * A_DAY_IN_SECONDS),
            registration_enabled: reader.switch("AUTH_REGISTRATION", true),
            password_grant_enabled: reader.switch("AUTH_PASSWORD_GRANT", true),
            limits: AuthLimits::read(reader),
            argon2: Argon2Config::read(reader),
        }
    }
}

impl Argon2Config {
    fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let iterations = reader.number("ARGON2_ITERATIONS", default.iterations, 1..=100);
        let parallelism = reader.number("ARGON2_PARALLELISM", default.parallelism, 1..=64);
        // Argon2 needs eight blocks of 1 KiB for each lane (RFC 9106, section 3.1).
        let memory_kib = reader.number(
            "ARGON2_MEMORY_KIB",
            default.memory_kib.max(8 * parallelism),
            8 * parallelism..=4 << 20,
        );
        if reader.profile == Profile::Production
            && memory_kib < default.memory_kib
            && iterations <= default.iterations
        {
            reader.warn("ARGON2_MEMORY_KIB", "with ARGON2_ITERATIONS makes hashes cheaper to guess than OWASP recommends (19456 KiB, 2)");
        }
        Self {
            memory_kib,
            iterations,
            parallelism,
        }
    }
}

/// Faults name what is wrong and show nothing of the keys.
fn keys(reader: &mut Reader<'_>) -> (Option<JwtPrivateKey>, Vec<JwtPublicKey>) {
    const FIX: &str = "use what the command `keys generate` or `keys rotate` prints";
    let private = reader.secret("JWT_PRIVATE_KEY");
    let private = private.and_then(|text| match JwtPrivateKey::parse(text.expose()) {
        Ok(key) => Some(key),
        Err(wrong) => {
            reader.fault("JWT_PRIVATE_KEY", wrong, FIX);
            None
        }
    });
    let is_alone = private.is_none() && reader.faults.is_empty();
    let Some(text) = reader.secret("JWT_PUBLIC_KEYS") else {
        return (private, Vec::new());
    };
    if is_alone {
        reader.warn("JWT_PUBLIC_KEYS", "has no effect without JWT_PRIVATE_KEY");
    }
    match JwtPublicKey::parse_all(text.expose()) {
        Ok(keys) => (private, keys),
        Err(wrong) => {
            reader.fault("JWT_PUBLIC_KEYS", wrong, FIX);
            (private, Vec::new())
        }
    }
}

fn secret(reader: &mut Reader<'_>) -> Secret<String> {
    let faults_before = reader.faults.len();
    if let Some(secret) = reader.secret("JWT_SECRET_KEY") {
        let length = secret.expose().len();
        if length < AuthConfig::MIN_SECRET_BYTES {
            reader.fault(
                "JWT_SECRET_KEY",
                format!(
                    "has {length} bytes, and needs {}",
                    AuthConfig::MIN_SECRET_BYTES
                ),
                SECRET_FIX,
            );
        } else if let Some(wrong) = weakness(secret.expose()) {
            // To try things out with any secret is fine; to serve people is not.
            if reader.profile == Profile::Production {
                reader.fault("JWT_SECRET_KEY", wrong, SECRET_FIX);
            } else if reader.profile == Profile::Development {
                reader.warn(
                    "JWT_SECRET_KEY",
                    format!("{wrong}: production will refuse it"),
                );
            }
        }
        return secret;
    }
    // If it could not be read, that fault is enough.
    if reader.faults.len() > faults_before {
        return Secret::default();
    }
    match reader.profile {
        Profile::Production => {
            reader.fault(
                "JWT_SECRET_KEY",
                "is not set, and production needs one",
                SECRET_FIX,
            );
            return Secret::default();
        }
        Profile::Development => return kept(reader),
        Profile::Test => {}
    }
    made_up(reader).unwrap_or_default()
}

/// A secret that is made up once, and found again at the next start.
fn kept(reader: &mut Reader<'_>) -> Secret<String> {
    let Some(made_up) = made_up(reader) else {
        return Secret::default();
    };
    match reader.source.keep_secret(made_up.expose()) {
        Some(kept) => {
            // One that was found again is as good as one that is set.
            if kept == *made_up.expose() {
                reader.warn(
                    "JWT_SECRET_KEY",
                    "is not set: one was made up, and is kept in `.dev/jwt-secret`",
                );
            }
            Secret::new(kept)
        }
        None => {
            reader.warn(
                "JWT_SECRET_KEY",
                "is not set: a random one is used, so tokens end with this process",
            );
            made_up
        }
    }
}

fn made_up(reader: &mut Reader<'_>) -> Option<Secret<String>> {
    let mut bytes = [0; 48];
    let filled = getrandom::fill(&mut bytes);
    if filled.is_err() {
        reader.fault(
            "JWT_SECRET_KEY",
            "is not set, and the system gives no random bytes",
            SECRET_FIX,
        );
    }
    filled
        .is_ok()
        .then(|| Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}
