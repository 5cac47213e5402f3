//! Passwords: argon2id, off the async threads, few at once.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::password_hash::{self, try_generate_salt};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::Secret;
use crate::config::Argon2Config;
use crate::error::{Error, Result};
use crate::telemetry::fields;

/// How many may wait for each one that runs: at 30 ms a hash, the last of them waits about two seconds.
const WAITING_PER_SLOT: usize = 64;

/// By then a full queue is half empty.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Hashes and verifies passwords.
///
/// A hash takes tens of milliseconds of a core and 19 MiB, so at most half of the cores (at least one) work on them,
/// in the whole process; a bounded number of callers waits, the rest is told to come again (503 with `Retry-After`).
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::PasswordHasher;
/// use skeleton_runtime::config::Argon2Config;
///
/// async fn is_kept(costs: &Argon2Config, password: Secret<String>) -> Result<bool> {
///     let hasher = PasswordHasher::new(costs)?;
///     let hash = hasher.hash(&password).await?;
///     hasher.verify(&password, Some(&hash)).await
/// }
/// ```
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    argon2: Argon2<'static>,
    /// Verified where there is no hash, so that an unknown account costs what a known one does.
    dummy: Arc<PasswordHash>,
    lanes: Arc<Lanes>,
}

/// Room for hashes at work, and for callers that wait.
#[derive(Debug)]
struct Lanes {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    refused: AtomicU64,
}

/// Held by a hash from its arrival to its end, even if whoever asked has gone.
struct Turn {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Lanes {
    fn new(running: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            admitted: Arc::new(Semaphore::new(running + waiting)),
            refused: AtomicU64::new(0),
        }
    }

    /// Of the process, not of a hasher: they all share its cores.
    fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Lanes>> = LazyLock::new(|| {
            let running = slots();
            Arc::new(Lanes::new(running, running * WAITING_PER_SLOT))
        });
        Arc::clone(&SHARED)
    }

    async fn turn(&self) -> Result<Turn> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Error::unavailable(RETRY_AFTER, "too many passwords are waiting to be hashed")
            })?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        Ok(Turn {
            _running: running,
            _admitted: admitted,
        })
    }
}

fn slots() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    (cores / 2).max(1)
}

/// What the hashing of passwords has to do in this process.
pub(crate) struct Load {
    pub(crate) running: usize,
    pub(crate) waiting: usize,
    /// Since the start.
    pub(crate) refused: u64,
}

impl Load {
    /// Of this moment.
    pub(crate) fn now() -> Self {
        let (lanes, slots) = (Lanes::shared(), slots());
        let running = slots - lanes.running.available_permits();
        let admitted = slots * (1 + WAITING_PER_SLOT) - lanes.admitted.available_permits();
        Self {
            running,
            waiting: admitted.saturating_sub(running),
            refused: lanes.refused.load(Ordering::Relaxed),
        }
    }
}

impl PasswordHasher {
    /// A hasher with these costs.
    ///
    /// # Errors
    ///
    /// 500 `internal` when the figures are not possible for argon2.
    pub fn new(config: &Argon2Config) -> Result<Self> {
        Self::on(config, Lanes::shared())
    }

    fn on(config: &Argon2Config, lanes: Arc<Lanes>) -> Result<Self> {
        let params = Params::new(
            config.memory_kib,
            config.iterations,
            config.parallelism,
            None,
        )
        .map_err(|error| Error::internal(error.to_string()))?;
        let dummy = dummy_hash(&params).map_err(hashing_failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self {
            argon2,
            dummy: Arc::new(dummy),
            lanes,
        })
    }

    /// The hash of a password as a PHC string (`$argon2id$v=19$m=…`), with a salt of its own.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when too many wait already.
    pub async fn hash(&self, password: &Secret<String>) -> Result<Secret<String>> {
        let (argon2, password) = (self.argon2.clone(), password.clone());
        self.off_thread(move || argon2.hash_password(password.expose().as_bytes()))
            .await?
            .map(|hash| Secret::new(hash.to_string()))
            .map_err(hashing_failed)
    }

    /// Whether `hash` is of this password. Without a hash, or with one that can't be read, it never is, after the
    /// same work.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when too many wait already.
    pub async fn verify(
        &self,
        password: &Secret<String>,
        hash: Option<&Secret<String>>,
    ) -> Result<bool> {
        let stored = hash.and_then(|hash| match PasswordHash::new(hash.expose()) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                tracing::error!(%error, "a stored password hash can't be read");
                None
            }
        });
        let (argon2, password, dummy) = (
            self.argon2.clone(),
            password.clone(),
            Arc::clone(&self.dummy),
        );
        let verified = self
            .off_thread(move || {
                let hash = stored.as_ref().unwrap_or(&dummy);
                (
                    argon2.verify_password(password.expose().as_bytes(), hash),
                    stored.is_some(),
                )
            })
            .await?;
        match verified {
            (Ok(()), is_stored) => Ok(is_stored),
            (Err(password_hash::Error::PasswordInvalid), _) => Ok(false),
            (Err(error), _) => Err(hashing_failed(error)),
        }
    }

    /// Whether a hash was made at another cost than the configured one.
    pub fn needs_rehash(&self, hash: &Secret<String>) -> bool {
        let Ok(hash) = PasswordHash::new(hash.expose()) else {
            return true;
        };
        let params = self.argon2.params();
        let cost = |name: &str| hash.params.get_decimal(name);
        hash.algorithm != ARGON2ID_IDENT
            || hash.version != Some(Version::V0x13.into())
            || cost("m") != Some(params.m_cost())
            || cost("t") != Some(params.t_cost())
            || cost("p") != Some(params.p_cost())
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let span = tracing::debug_span!(fields::PASSWORD, { fields::WAITED_MS } = Empty);
        let asked = async {
            let asked = Instant::now();
            let turn = self.lanes.turn().await?;
            let waited_ms = asked.elapsed().as_secs_f64() * 1_000.0;
            Span::current().record(fields::WAITED_MS, waited_ms);
            let task = tokio::task::spawn_blocking(move || {
                let result = work();
                drop(turn);
                result
            });
            task.await.map_err(Error::internal)
        };
        asked.instrument(span).await
    }
}

/// A hash of no password: its output is random.
fn dummy_hash(params: &Params) -> password_hash::Result<PasswordHash> {
    let output = [try_generate_salt()?, try_generate_salt()?].concat();
    Ok(PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: params.try_into()?,
        salt: Some(Salt::new(&try_generate_salt()?)?),
        hash: Some(Output::new(&output)?),
    })
}

fn hashing_failed(error: password_hash::Error) -> Error {
    Error::internal(format!("a password could not be hashed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Argon2Config = Argon2Config {
        memory_kib: 8,
        iterations: 1,
        parallelism: 1,
    };

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn hasher(running: usize, waiting: usize) -> PasswordHasher {
        PasswordHasher::on(&CHEAP, Arc::new(Lanes::new(running, waiting))).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_taken_exactly_as_sent() {
        let hasher = hasher(1, 8);
        // Composed, with a space on either side.
        let password = " caf\u{e9} ";
        let hash = hasher.hash(&secret(password)).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert!(hasher.verify(&secret(password), Some(&hash)).await.unwrap());
        for other in [
            "caf\u{e9}",
            " cafe\u{301} ",
            " CAF\u{c9} ",
            "",
            " caf\u{e9} \0",
        ] {
            assert!(
                !hasher.verify(&secret(other), Some(&hash)).await.unwrap(),
                "{other:?}"
            );
        }
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let hasher = hasher(1, 8);
        assert_ne!(
            hasher.hash(&secret("password")).await.unwrap(),
            hasher.hash(&secret("password")).await.unwrap()
        );
    }

    #[tokio::test]
    async fn no_hash_or_a_broken_one_verifies_nothing() {
        let hasher = hasher(1, 8);
        assert!(!hasher.verify(&secret("password"), None).await.unwrap());
        for broken in [
            "",
            "x",
            "$argon2id$v=19$m=8,t=1,p=1$",
            "$2b$12$abcdefghijklmnopqrstuv",
        ] {
            let verified = hasher
                .verify(&secret("password"), Some(&secret(broken)))
                .await;
            assert!(!matches!(verified, Ok(true)), "{broken}");
        }
    }

    #[test]
    fn the_dummy_costs_what_a_new_hash_costs() {
        let hasher = PasswordHasher::new(&Argon2Config::default()).unwrap();
        assert!(!hasher.needs_rehash(&secret(&hasher.dummy.to_string())));
    }

    #[tokio::test]
    async fn another_cost_asks_for_a_new_hash_and_still_verifies() {
        let old = hasher(1, 8);
        let hash = old.hash(&secret("password")).await.unwrap();
        assert!(!old.needs_rehash(&hash));
        let dearer = Argon2Config {
            iterations: 2,
            ..CHEAP
        };
        let new = PasswordHasher::on(&dearer, Arc::new(Lanes::new(1, 8))).unwrap();
        assert!(new.needs_rehash(&hash));
        assert!(new.verify(&secret("password"), Some(&hash)).await.unwrap());
    }

    #[test]
    fn impossible_costs_are_refused() {
        for (memory_kib, iterations, parallelism) in [(0, 1, 1), (8, 0, 1), (8, 1, 0), (8, 1, 2)] {
            assert!(
                PasswordHasher::new(&Argon2Config {
                    memory_kib,
                    iterations,
                    parallelism
                })
                .is_err()
            );
        }
    }

    #[tokio::test]
    async fn a_full_queue_is_503_and_empties_again() {
        let hasher = hasher(1, 0);
        let turn = hasher.lanes.turn().await.unwrap();
        let error = hasher.hash(&secret("password")).await.unwrap_err();
        assert_eq!(error.code(), crate::error::Code::Unavailable);
        assert_eq!(hasher.lanes.refused.load(Ordering::Relaxed), 1);
        drop(turn);
        assert!(hasher.hash(&secret("password")).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_stops_waiting_makes_room() {
        let hasher = hasher(1, 1);
        let turn = hasher.lanes.turn().await.unwrap();
        let password = secret("password");
        let waiting = tokio::time::timeout(Duration::ZERO, hasher.hash(&password)).await;
        assert!(waiting.is_err());
        drop(turn);
        assert_eq!(hasher.lanes.admitted.available_permits(), 2);
    }
}
