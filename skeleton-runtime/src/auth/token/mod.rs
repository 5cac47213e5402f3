//! Access tokens: JWTs of one key, one issuer, one audience.
//!
//! The cryptography is jsonwebtoken's. Its checks of header and claims are too mild for what the contract asks (a
//! claim of the wrong type counts as optional, `iss` and `aud` may be lists, duplicate names pass), so they are made
//! here, and the signature is verified before a claim is looked at. A key has one algorithm, and comes from the
//! configuration alone.

mod known;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use serde_json::json;
use uuid::Uuid;

use super::claims::{Claims, NumericDate};
use crate::config::{AuthConfig, JwtPublicKey};
use crate::error::{Error, Result};
use crate::{Secret, json};

use known::{KnownTokens, TokenDigest};

/// RFC 9068, section 2.1: an ID token or any other JWT of the same issuer is no access token.
const TYP: &str = "at+jwt";

/// Ours have about 600 bytes; an e-mail can add some hundreds.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// How far the clocks of two machines may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 30;

/// A token for the `Authorization` header, with the time that it holds.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::auth::{AccessToken, Account, Authenticator};
///
/// async fn header(authenticator: &Authenticator, account: &Account) -> Result<String> {
///     let token: AccessToken = authenticator.issue(account).await?;
///     Ok(format!("Bearer {}", token.expose()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The JWT.
    pub token: Secret<String>,
    /// How long it holds.
    pub lifetime: Duration,
}

impl AccessToken {
    /// The JWT, shown: for the client whose it is, and nobody else.
    pub fn expose(&self) -> &str {
        self.token.expose()
    }
}

/// Whom a token is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) id: Uuid,
    pub(super) email: &'a str,
    pub(super) role: &'a str,
    pub(super) session: Uuid,
}

/// Issues and verifies access tokens.
pub(super) struct TokenKeys {
    encoding: EncodingKey,
    /// The first one is that of the key that signs.
    verifiers: Vec<Verifier>,
    /// The public keys as a JWK set; `None` where tokens are signed with a secret.
    jwks: Option<String>,
    issuer: String,
    audience: String,
    known: KnownTokens,
}

/// A key to verify with, and what it is for.
struct Verifier {
    id: String,
    algorithm: Algorithm,
    /// The algorithm's name.
    alg: &'static str,
    decoding: DecodingKey,
}

impl Verifier {
    fn of(key: &JwtPublicKey) -> Self {
        Self {
            id: key.id().to_owned(),
            algorithm: key.algorithm().algorithm(),
            alg: key.algorithm().name(),
            decoding: key.decoding().clone(),
        }
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.verifiers.iter().map(|key| &key.id).collect();
        formatter
            .debug_struct("TokenKeys")
            .field("keys", &ids)
            .finish_non_exhaustive()
    }
}

/// Why a token does not hold: for the log alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invalid {
    TooLong,
    Shape,
    Header,
    Algorithm,
    Type,
    Critical,
    KeyId,
    Signature,
    Claims,
    Issuer,
    Audience,
    Expired,
    NotYet,
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "the token is longer than 8 KiB",
            Self::Shape => "the token is not three parts of base64url",
            Self::Header => "the token's header is not a JSON object",
            Self::Algorithm => "the token is of another algorithm",
            Self::Type => "the token is not of the type at+jwt",
            Self::Critical => "the token's header has critical extensions",
            Self::KeyId => "the token names an unknown key",
            Self::Signature => "the token's signature is wrong",
            Self::Claims => "a claim of the token is missing, doubled, or of the wrong type",
            Self::Issuer => "the token is of another issuer",
            Self::Audience => "the token is for another audience",
            Self::Expired => "the token has expired",
            Self::NotYet => "the token is from the future",
        })
    }
}

impl std::error::Error for Invalid {}

impl TokenKeys {
    /// # Errors
    ///
    /// 500 `internal` when the secret is too short.
    pub(super) fn new(config: &AuthConfig) -> Result<Self> {
        let (encoding, verifiers, jwks) = match &config.private_key {
            Some(key) => {
                let mut keys = vec![key.public()];
                for other in &config.public_keys {
                    if keys.iter().all(|known| known.id() != other.id()) {
                        keys.push(other);
                    }
                }
                let jwks: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
                let jwks = json!({ "keys": jwks }).to_string();
                let verifiers = keys.into_iter().map(Verifier::of).collect();
                (key.encoding().clone(), verifiers, Some(jwks))
            }
            None => {
                let (encoding, verifier) = of_secret(&config.jwt_secret)?;
                (encoding, vec![verifier], None)
            }
        };
        Ok(Self {
            encoding,
            verifiers,
            jwks,
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            known: KnownTokens::default(),
        })
    }

    /// The public keys as a JWK set (RFC 7517), where there are any.
    pub(super) fn jwks(&self) -> Option<&str> {
        self.jwks.as_deref()
    }

    /// Issues a token that holds from `now` on.
    ///
    /// # Errors
    ///
    /// 500 `internal` when signing fails.
    pub(super) fn issue(
        &self,
        subject: Subject<'_>,
        lifetime: Duration,
        now: DateTime<Utc>,
    ) -> Result<AccessToken> {
        let expires_at = chrono::Duration::from_std(lifetime)
            .ok()
            .and_then(|lifetime| now.checked_add_signed(lifetime))
            .ok_or_else(|| Error::internal("the lifetime of the token is out of range"))?;
        let claims = Claims {
            sub: subject.id,
            email: subject.email.to_owned(),
            role: subject.role.to_owned(),
            sid: subject.session,
            iat: now.into(),
            nbf: now.into(),
            exp: expires_at.into(),
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            jti: Uuid::now_v7().to_string(),
        };
        let key = &self.verifiers[0];
        let header = json!({ "alg": key.alg, "typ": TYP, "kid": key.id });
        let claims = serde_json::to_vec(&claims).map_err(Error::internal)?;
        let token = self.signed(header.to_string().as_bytes(), &claims)?;
        Ok(AccessToken {
            token: Secret::new(token),
            lifetime,
        })
    }

    fn signed(&self, header: &[u8], claims: &[u8]) -> Result<String> {
        let mut token = URL_SAFE_NO_PAD.encode(header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = crypto::sign(
            token.as_bytes(),
            &self.encoding,
            self.verifiers[0].algorithm,
        )
        .map_err(Error::internal)?;
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }

    /// The claims of a token that holds at `now`.
    pub(super) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Arc<Claims>, Invalid> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Invalid::TooLong);
        }
        let digest = TokenDigest::of(token);
        if let Some(claims) = self.known.get(&digest) {
            check_times(&claims, now)?;
            return Ok(claims);
        }
        let claims = Arc::new(self.read(token)?);
        check_times(&claims, now)?;
        self.known.put(digest, &claims, now);
        Ok(claims)
    }

    /// What [`verify`](Self::verify) says of a token that it was asked about before, and that holds.
    pub(super) fn known(&self, token: &str, now: DateTime<Utc>) -> Option<Arc<Claims>> {
        let claims = self.known.get(&TokenDigest::of(token))?;
        check_times(&claims, now).is_ok().then_some(claims)
    }

    /// The claims of a token of ours, whether or not it holds any more.
    fn read(&self, token: &str) -> Result<Claims, Invalid> {
        let (message, signature) = token.rsplit_once('.').ok_or(Invalid::Shape)?;
        let (header, payload) = message.split_once('.').ok_or(Invalid::Shape)?;
        let key = self.check_header(&decode(header)?)?;
        match crypto::verify(signature, message.as_bytes(), &key.decoding, key.algorithm) {
            Ok(true) => {}
            _ => return Err(Invalid::Signature),
        }
        self.check_claims(&decode(payload)?)
    }

    /// The key to verify with. Those that a header brings along or points to (`jwk`, `jku`, `x5u`) are never looked at.
    fn check_header(&self, header: &[u8]) -> Result<&Verifier, Invalid> {
        let fields = json::read_object(header).map_err(|_| Invalid::Header)?;
        let field = |name: &str| {
            let field = fields.iter().find(|(known, _)| known == name);
            field.map(|(_, value)| value.get())
        };
        let text = |name: &str| {
            let raw = field(name)?;
            serde_json::from_str::<String>(raw).ok()
        };
        let alg = text("alg").unwrap_or_default();
        if self.verifiers.iter().all(|key| key.alg != alg) {
            return Err(Invalid::Algorithm);
        }
        if text("typ").as_deref() != Some(TYP) {
            return Err(Invalid::Type);
        }
        if field("crit").is_some() {
            return Err(Invalid::Critical);
        }
        let key = match (field("kid"), self.verifiers.as_slice()) {
            // While there is one key, a token that names none can only mean that one.
            (None, [only]) => only,
            _ => {
                let id = text("kid").ok_or(Invalid::KeyId)?;
                let known = self.verifiers.iter().find(|key| key.id == id);
                known.ok_or(Invalid::KeyId)?
            }
        };
        if key.alg != alg {
            return Err(Invalid::Algorithm);
        }
        Ok(key)
    }

    fn check_claims(&self, payload: &[u8]) -> Result<Claims, Invalid> {
        json::read_object(payload).map_err(|_| Invalid::Claims)?;
        let claims: Claims = serde_json::from_slice(payload).map_err(|_| Invalid::Claims)?;
        if claims.iss != self.issuer {
            return Err(Invalid::Issuer);
        }
        if claims.aud != self.audience {
            return Err(Invalid::Audience);
        }
        Ok(claims)
    }
}

fn check_times(claims: &Claims, now: DateTime<Utc>) -> Result<(), Invalid> {
    let now = NumericDate::from(now).seconds();
    if claims.exp.seconds() + LEEWAY_SECONDS <= now {
        return Err(Invalid::Expired);
    }
    if claims.nbf.max(claims.iat).seconds() > now + LEEWAY_SECONDS {
        return Err(Invalid::NotYet);
    }
    Ok(())
}

/// The key to sign with, and the same one to verify with.
fn of_secret(secret: &Secret<String>) -> Result<(EncodingKey, Verifier)> {
    const ALGORITHM: Algorithm = Algorithm::HS256;
    let secret = secret.expose().as_bytes();
    if secret.len() < AuthConfig::MIN_SECRET_BYTES {
        return Err(Error::internal(
            "the secret for tokens is shorter than 32 bytes",
        ));
    }
    let encoding = EncodingKey::from_secret(secret);
    // A plain hash would let a guess be tried more cheaply than a token does.
    let mut id = crypto::sign(b"kid", &encoding, ALGORITHM).map_err(Error::internal)?;
    id.truncate(11);
    let verifier = Verifier {
        id,
        algorithm: ALGORITHM,
        alg: "HS256",
        decoding: DecodingKey::from_secret(secret),
    };
    Ok((encoding, verifier))
}

fn decode(part: &str) -> Result<Vec<u8>, Invalid> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Invalid::Shape)
}

#[cfg(test)]
mod tests;
