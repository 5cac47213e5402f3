//! The endpoints and guards as clients meet them, on SQLite.

#![cfg(feature = "sqlite")]

mod accounts;
mod endpoints;
mod guards;
mod tokens;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::config::{Argon2Config, AuthConfig, DatabaseConfig};
use crate::db::{Db, Migrations};

const PASSWORD: &str = "correct horse";

struct Service {
    db: Db,
    authenticator: Authenticator,
    router: Router,
}

/// An answer, its body read.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The fields with a fault, each with its code.
    fn faults(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        errors
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect()
    }
}

fn config() -> AuthConfig {
    let mut config = AuthConfig::new("0123456789abcdef0123456789abcdef".to_owned(), "newsroom");
    config.argon2 = Argon2Config {
        memory_kib: 8,
        iterations: 1,
        parallelism: 1,
    };
    config
}

impl Service {
    async fn start() -> Self {
        Self::on(&config(), database().await)
    }

    fn on(config: &AuthConfig, db: Db) -> Self {
        let authenticator = Authenticator::new(config, Role::ROLES, db.clone()).unwrap();
        let router = router::<Authenticator>()
            .merge(guards::routes())
            .with_state(authenticator.clone());
        Self {
            db,
            authenticator,
            router,
        }
    }

    async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(
            Request::post(path).header("content-type", "application/json"),
            body,
        )
        .await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(
            Request::get(path).header("authorization", format!("Bearer {token}")),
            "",
        )
        .await
    }

    async fn register(&self, email: &str) -> Answer {
        self.post(
            "/auth/register",
            json!({ "email": email, "password": PASSWORD }).to_string(),
        )
        .await
    }

    async fn log_in(&self, email: &str, password: &str) -> Answer {
        self.post(
            "/auth/token",
            json!({ "email": email, "password": password }).to_string(),
        )
        .await
    }

    /// A token of a new account with this role.
    async fn token(&self, role: Role) -> String {
        let email = format!("{role:?}@example.org");
        let account = self
            .authenticator
            .accounts()
            .ensure(&email, role.role())
            .await
            .unwrap();
        self.authenticator
            .issue(&account)
            .await
            .unwrap()
            .token
            .into_exposed()
    }
}

/// A database in memory with the table of accounts.
async fn database() -> Db {
    let db = Db::open(&DatabaseConfig::new("sqlite::memory:")).unwrap();
    Migrations::kit().run(&db).await.unwrap();
    db
}
