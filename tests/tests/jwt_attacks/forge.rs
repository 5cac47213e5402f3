//! Tokens made by hand, good and bad.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::config::JwtPrivateKey;
use skeleton_runtime::prelude::{Utc, Uuid};
use skeleton_runtime::test_util::{TestApp, TestResponse};

pub(crate) const SECRET: &str = "a secret that the attacker does not have";
pub(crate) const ANN: &str = "ann@example.com";

pub(crate) type Object = Map<String, Value>;

/// What a token is signed with.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    Hmac(&'a [u8]),
    Private(&'a JwtPrivateKey),
    Nothing,
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is in a PEM.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}

pub(crate) fn signature(message: &str, key: Key<'_>) -> Vec<u8> {
    match key {
        Key::Nothing => Vec::new(),
        Key::Hmac(secret) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        }
        Key::Private(key) => {
            let der = der(key.pem().expose());
            if let Ok(pair) = Ed25519KeyPair::from_pkcs8(&der) {
                return pair.sign(message.as_bytes()).as_ref().to_vec();
            }
            let pair = rsa::KeyPair::from_pkcs8(&der).unwrap();
            let mut signature = vec![0; pair.public_modulus_len()];
            let (padding, random) = (&RSA_PKCS1_SHA256, SystemRandom::new());
            pair.sign(padding, &random, message.as_bytes(), &mut signature)
                .unwrap();
            signature
        }
    }
}

/// A token of these very texts.
pub(crate) fn token_of(header: &str, claims: &str, key: Key<'_>) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = encode(signature(&message, key));
    format!("{message}.{signature}")
}

/// The parts of a token that holds, to be edited.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) header: Object,
    pub(crate) claims: Object,
}

impl Parts {
    pub(crate) fn of(token: &str) -> Self {
        let part = |index| {
            let part = token.split('.').nth(index).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        Self {
            header: part(0),
            claims: part(1),
        }
    }

    pub(crate) fn header(&self, name: &str, value: Value) -> Self {
        let mut parts = self.clone();
        parts.header.insert(name.to_owned(), value);
        parts
    }

    pub(crate) fn without_header(&self, name: &str) -> Self {
        let mut parts = self.clone();
        parts.header.remove(name);
        parts
    }

    pub(crate) fn claim(&self, name: &str, value: Value) -> Self {
        let mut parts = self.clone();
        parts.claims.insert(name.to_owned(), value);
        parts
    }

    pub(crate) fn without_claim(&self, name: &str) -> Self {
        let mut parts = self.clone();
        parts.claims.remove(name);
        parts
    }

    pub(crate) fn texts(&self) -> (String, String) {
        let text = |object: &Object| Value::Object(object.clone()).to_string();
        (text(&self.header), text(&self.claims))
    }

    pub(crate) fn signed(&self, key: Key<'_>) -> String {
        let (header, claims) = self.texts();
        token_of(&header, &claims, key)
    }

    /// Signed with the secret of the service: as if only what is in it could be wrong.
    pub(crate) fn resigned(&self) -> String {
        self.signed(Key::Hmac(SECRET.as_bytes()))
    }
}

/// The service under attack, and a token of a member's that holds.
pub(crate) struct Target {
    pub(crate) app: TestApp,
    pub(crate) token: String,
    pub(crate) parts: Parts,
}

impl Target {
    /// One that signs with a secret.
    pub(crate) async fn with_secret() -> Self {
        Self::with(&[("JWT_SECRET_KEY", SECRET)]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let mut apps = TestApp::both_with(example_app::app, settings).await;
        let app = apps.swap_remove(0);
        let token = app.token(ANN, Role::Member).await;
        let parts = Parts::of(&token);
        let target = Self { app, token, parts };
        target.send(&target.token).await.expect(200);
        target
    }

    pub(crate) async fn send(&self, token: &str) -> TestResponse {
        self.app.get("/auth/me").bearer(token).send().await
    }

    /// Every one of these is refused in one and the same way; and the good token still holds afterwards.
    pub(crate) async fn refuses(&self, tokens: impl IntoIterator<Item = String>) {
        let mut answers = BTreeSet::new();
        for token in tokens {
            let shown: String = token.chars().take(300).collect();
            let response = self.send(&token).await;
            assert_eq!(response.status(), 401, "{shown}");
            let challenge = response.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer error=\"invalid_token\""), "{shown}");
            let mut problem = response.expect_problem(401, "unauthenticated");
            problem["request_id"] = Value::Null;
            answers.insert(problem.to_string());
        }
        assert_eq!(answers.len(), 1, "{answers:?}");
        self.send(&self.token).await.expect(200);
    }
}

/// Claims of an account and session that there are not.
pub(crate) fn invented() -> Object {
    let now = Utc::now().timestamp();
    let claims = json!({
        "sub": Uuid::now_v7(), "sid": Uuid::now_v7(), "email": ANN, "role": "OWNER",
        "iat": now, "nbf": now, "exp": now + 900, "iss": "test", "aud": "test", "jti": "x",
    });
    claims.as_object().unwrap().clone()
}
