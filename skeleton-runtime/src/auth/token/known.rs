//! Tokens whose signature was found right before. A token is sent with each request of its bearer, and the keys of a
//! process never change: what was signed once is signed for good. Only its times are looked at again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use chrono::{DateTime, Utc};

use super::check_times;
use crate::auth::bounded::make_room;
use crate::auth::claims::Claims;

/// Some ten megabytes.
const MOST_TOKENS: usize = 16_384;

/// A token by its digest: no token is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenDigest([u8; SHA256_OUTPUT_LEN]);

impl TokenDigest {
    pub(super) fn of(token: &str) -> Self {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// The claims of such tokens.
#[derive(Default)]
pub(super) struct KnownTokens(Mutex<HashMap<TokenDigest, Arc<Claims>>>);

impl fmt::Debug for KnownTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KnownTokens")
    }
}

impl KnownTokens {
    pub(super) fn get(&self, token: &TokenDigest) -> Option<Arc<Claims>> {
        self.lock(|tokens| tokens.get(token).cloned())
    }

    /// Keeps what holds at `now`.
    pub(super) fn put(&self, token: TokenDigest, claims: &Arc<Claims>, now: DateTime<Utc>) {
        self.lock(|tokens| {
            if tokens.len() >= MOST_TOKENS {
                make_room(tokens, MOST_TOKENS, |claims| {
                    check_times(claims, now).is_ok()
                });
            }
            tokens.insert(token, Arc::clone(claims));
        });
    }

    fn lock<T>(&self, work: impl FnOnce(&mut HashMap<TokenDigest, Arc<Claims>>) -> T) -> T {
        // Nothing in here panics half-way.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    fn claims(now: DateTime<Utc>, lifetime: Duration) -> Arc<Claims> {
        Arc::new(Claims {
            sub: Uuid::nil(),
            email: String::new(),
            role: String::new(),
            sid: Uuid::nil(),
            iat: now.into(),
            nbf: now.into(),
            exp: (now + lifetime).into(),
            iss: String::new(),
            aud: String::new(),
            jti: String::new(),
        })
    }

    #[test]
    fn there_is_a_bound_and_the_expired_go_first() {
        let (known, now) = (KnownTokens::default(), Utc::now());
        let hour = Duration::from_hours(1);
        for number in 0..MOST_TOKENS {
            let lifetime = if number % 2 == 0 {
                Duration::ZERO
            } else {
                hour
            };
            let token = TokenDigest::of(&number.to_string());
            known.put(token, &claims(now, lifetime), now);
        }
        let later = now + Duration::from_mins(1);
        known.put(TokenDigest::of("more"), &claims(later, hour), later);
        assert_eq!(known.lock(|tokens| tokens.len()), MOST_TOKENS / 2 + 1);
        assert!(known.get(&TokenDigest::of("1")).is_some());
        assert!(known.get(&TokenDigest::of("2")).is_none());
        for number in 0..MOST_TOKENS {
            let token = TokenDigest::of(&format!("another {number}"));
            known.put(token, &claims(later, hour), later);
        }
        assert!(known.lock(|tokens| tokens.len()) <= MOST_TOKENS);
    }
}
