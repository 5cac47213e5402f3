//! How often somebody may try: slows down, never locks.
//!
//! Each limit is a number of attempts within a minute that begins with the first of them. The counters are kept where
//! every instance of the service sees them.

mod counters;
mod gate;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use axum::http::{HeaderValue, header};
use chrono::{DateTime, Utc};
use tokio::sync::OwnedSemaphorePermit;

pub use counters::{Count, CounterKey, Counters};

use counters::DatabaseCounters;
use gate::Gate;

use super::email::Email;
use crate::config::{AuthConfig, AuthLimits};
use crate::db::Db;
use crate::error::{Code, Error, Result};

/// The limits, with what has been counted.
pub(super) struct Throttle {
    limits: AuthLimits,
    counters: Arc<dyn Counters>,
    gate: Gate,
}

impl fmt::Debug for Throttle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Throttle");
        shown.field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// A login that may be tried. While it is held it counts among those under way for its e-mail.
#[derive(Debug)]
pub(super) struct Attempt {
    email: Option<CounterKey>,
    address: Option<CounterKey>,
    /// Whether there is anything to forget after a success.
    has_failures: bool,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Throttle {
    pub(super) fn new(config: &AuthConfig, db: Db) -> Self {
        Self {
            limits: config.limits,
            counters: Arc::new(DatabaseCounters::new(db)),
            gate: Gate::default(),
        }
    }

    /// Begins a login.
    ///
    /// At most as many logins of one e-mail are under way here as may fail: a burst does not slip through between
    /// looking at the counter and counting.
    ///
    /// # Errors
    ///
    /// 429 `too_many_requests` when too many failed within the last minute.
    pub(super) async fn begin_login(
        &self,
        email: &Email,
        address: Option<IpAddr>,
    ) -> Result<Attempt> {
        let limits = self.limits;
        let email_key =
            (limits.login_per_email > 0).then(|| key(b"login email", email.as_str().as_bytes()));
        let address_key = address
            .filter(|_| limits.login_per_address > 0)
            .map(|address| key(b"login address", &network(address)));
        let turn = match email_key {
            Some(key) => Some(self.gate.turn(key, limits.login_per_email).await?),
            None => None,
        };
        let keys: Vec<_> = email_key.into_iter().chain(address_key).collect();
        let now = Utc::now();
        let counts = self.read(&keys).await?;
        let mut has_failures = false;
        for (key, count) in keys.iter().zip(counts) {
            let limit = if Some(*key) == email_key {
                has_failures = count.count > 0;
                limits.login_per_email
            } else {
                limits.login_per_address
            };
            if count.count >= i64::from(limit) {
                return Err(refusal(count.ends_at, now));
            }
        }
        Ok(Attempt {
            email: email_key,
            address: address_key,
            has_failures,
            _turn: turn,
        })
    }

    /// Counts a login that failed. What is answered: `error`, or 429 if others were quicker to reach the limit.
    pub(super) async fn failed(&self, attempt: Attempt, error: Error) -> Error {
        let limits = self.limits;
        let mut answer = error;
        for (key, limit) in [
            (attempt.email, limits.login_per_email),
            (attempt.address, limits.login_per_address),
        ] {
            let Some(key) = key else { continue };
            let now = Utc::now();
            match self.counters.add(key, now, WINDOW).await {
                Ok(count) if count.count > i64::from(limit) => {
                    answer = refusal(count.ends_at, now);
                }
                Ok(_) => {}
                // Without a count there is no answer, or guesses would be free while the database is in trouble.
                Err(error) => answer = error,
            }
        }
        answer
    }

    /// Forgets the failures of the e-mail, if there are any. The address keeps its own: whoever has one account could
    /// otherwise try all others.
    pub(super) async fn succeeded(&self, attempt: Attempt) {
        if !attempt.has_failures {
            return;
        }
        if let Some(key) = attempt.email
            && let Err(error) = self.counters.reset(key).await
        {
            tracing::warn!(%error, "the failed logins of an account could not be forgotten");
        }
    }

    /// Counts a registration.
    ///
    /// # Errors
    ///
    /// 429 `too_many_requests` when there were too many from this address within the last minute.
    pub(super) async fn register(&self, address: Option<IpAddr>) -> Result<()> {
        let limit = self.limits.register_per_address;
        self.count(b"register address", address, limit).await
    }

    /// Counts a refresh.
    ///
    /// # Errors
    ///
    /// 429 `too_many_requests` when there were too many from this address within the last minute.
    pub(super) async fn refresh(&self, address: Option<IpAddr>) -> Result<()> {
        let limit = self.limits.refresh_per_address;
        self.count(b"refresh address", address, limit).await
    }

    /// Looks first, so that whoever is over the limit causes no write.
    async fn count(
        &self,
        purpose: &'static [u8],
        address: Option<IpAddr>,
        limit: u32,
    ) -> Result<()> {
        let Some(address) = address.filter(|_| limit > 0) else {
            return Ok(());
        };
        let key = key(purpose, &network(address));
        let now = Utc::now();
        for count in self.read(&[key]).await? {
            if count.count >= i64::from(limit) {
                return Err(refusal(count.ends_at, now));
            }
        }
        let count = self.counters.add(key, now, WINDOW).await?;
        if count.count > i64::from(limit) {
            return Err(refusal(count.ends_at, now));
        }
        Ok(())
    }

    async fn read(&self, keys: &[CounterKey]) -> Result<Vec<Count>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.counters.read(keys, Utc::now()).await
    }

    /// Removes counters whose minute is over; how many.
    pub(super) async fn clear(&self) -> Result<usize> {
        self.counters.clear(Utc::now()).await
    }
}

/// What the limits count within.
const WINDOW: Duration = Duration::from_mins(1);

/// A digest: what somebody typed for an e-mail may be a password.
fn key(purpose: &[u8], value: &[u8]) -> CounterKey {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(purpose);
    context.update(b"\0");
    context.update(value);
    let mut key = [0; 16];
    key.copy_from_slice(&context.finish().as_ref()[..16]);
    CounterKey(key)
}

/// Of IPv6 one customer has a /64 at least, and may call from any address of it.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => Ipv6Addr::octets(&address)[..8].to_vec(),
    }
}

/// 429, with the whole seconds until the counter starts anew.
fn refusal(ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let left = (ends_at - now).to_std().unwrap_or_default().min(WINDOW);
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    Error::new(Code::TooManyRequests, "too many attempts; try again later")
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_purpose_and_network() {
        let of = |text: &str| key(b"x", &network(text.parse().unwrap()));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(key(b"a", b"b"), key(b"b", b"a"));
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds() {
        let now = Utc::now();
        for (milliseconds, told) in [(-5, "1"), (0, "1"), (1, "1"), (1001, "2"), (90_000, "60")] {
            let error = refusal(now + chrono::Duration::milliseconds(milliseconds), now);
            let response = axum::response::IntoResponse::into_response(error);
            assert_eq!(response.headers()["retry-after"], told, "{milliseconds}");
        }
    }
}
