//! Access tokens by themselves, so that benchmarks reach them.

use chrono::Utc;
use uuid::Uuid;

use super::token::{Subject, TokenKeys};
use crate::config::AuthConfig;
use crate::error::{Error, Result};

/// Issues and verifies access tokens.
#[doc(hidden)]
#[derive(Debug)]
pub struct Tokens {
    keys: TokenKeys,
    lifetime: std::time::Duration,
}

impl Tokens {
    /// With the keys of a configuration, and no token known.
    ///
    /// # Errors
    ///
    /// 500 when the secret is too short.
    pub fn new(config: &AuthConfig) -> Result<Self> {
        Ok(Self {
            keys: TokenKeys::new(config)?,
            lifetime: config.access_token_lifetime,
        })
    }

    /// A token of a member.
    ///
    /// # Errors
    ///
    /// 500 when signing fails.
    pub fn issue(&self) -> Result<String> {
        let subject = Subject {
            id: Uuid::now_v7(),
            email: "somebody@example.com",
            role: "MEMBER",
            session: Uuid::now_v7(),
        };
        let token = self.keys.issue(subject, self.lifetime, Utc::now())?;
        Ok(token.token.into_exposed())
    }

    /// Holds a token to all that it must be.
    ///
    /// # Errors
    ///
    /// 401 for one that does not hold.
    pub fn verify(&self, token: &str) -> Result<()> {
        let verified = self.keys.verify(token, Utc::now());
        verified.map(drop).map_err(Error::invalid_token)
    }
}
