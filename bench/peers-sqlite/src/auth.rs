//! Tokens and roles.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Server;
use crate::errors::Error;

const LIFE_SECONDS: i64 = 3600;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    role: String,
    exp: i64,
}

pub(crate) struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Keys {
    pub(crate) fn new(secret: &str) -> Self {
        Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            validation: Validation::new(Algorithm::HS256),
        }
    }

    pub(crate) fn token(&self, sub: Uuid) -> String {
        let claims = Claims {
            sub,
            role: "editor".to_owned(),
            exp: chrono::Utc::now().timestamp() + LIFE_SECONDS,
        };
        jsonwebtoken::encode(&Header::default(), &claims, &self.encoding).expect("claims encode")
    }

    fn claims(&self, parts: &Parts) -> Result<Claims, Error> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or(Error::Unauthenticated)?;
        let decoded = jsonwebtoken::decode(token, &self.decoding, &self.validation);
        Ok(decoded.map_err(|_| Error::Unauthenticated)?.claims)
    }
}

/// Anybody with a known role.
pub(crate) struct Reader;

/// An editor or an administrator.
pub(crate) struct Writer(pub(crate) Uuid);

impl FromRequestParts<Server> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Error> {
        match server.keys.claims(parts)?.role.as_str() {
            "reader" | "editor" | "admin" => Ok(Self),
            _ => Err(Error::Forbidden),
        }
    }
}

impl FromRequestParts<Server> for Writer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Error> {
        let claims = server.keys.claims(parts)?;
        match claims.role.as_str() {
            "editor" | "admin" => Ok(Self(claims.sub)),
            _ => Err(Error::Forbidden),
        }
    }
}
