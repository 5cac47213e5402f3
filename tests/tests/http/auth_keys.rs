//! Keys of tokens: several, of two algorithms, and one after the other.

use serde_json::{Value, json};
use skeleton_runtime::config::{JwtAlgorithm, JwtPrivateKey};
use skeleton_runtime::test_util::TestApp;

use crate::auth_logins::{enter, log_in, me};
use crate::common::{on_both, on_both_with};

const ALGORITHMS: [JwtAlgorithm; 2] = [JwtAlgorithm::EdDsa, JwtAlgorithm::Rs256];

fn key(algorithm: JwtAlgorithm) -> JwtPrivateKey {
    JwtPrivateKey::generate(algorithm).unwrap()
}

async fn jwks(app: &TestApp) -> Vec<Value> {
    let response = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(
        response.header("cache-control"),
        Some("public, max-age=300")
    );
    response.json()["keys"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_has_no_public_key() {
    on_both(async |app| {
        let response = app.get("/.well-known/jwks.json").send().await;
        response.expect_problem(404, "not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_keys_are_told_and_nothing_else_of_them() {
    for algorithm in ALGORITHMS {
        let (own, other) = (key(algorithm), key(JwtAlgorithm::Rs256));
        let settings = [
            ("JWT_PRIVATE_KEY", own.pem().expose().as_str()),
            ("JWT_PUBLIC_KEYS", other.public().pem()),
        ];
        on_both_with(&settings, async |app| {
            let login = enter(app, "ann@example.com").await;
            assert_eq!(me(app, &login.access).await, 200);
            let document = app.get("/openapi.json").send().await.json();
            assert_eq!(
                skeleton_runtime::openapi::lint(&document),
                Vec::<String>::new()
            );
            assert!(document["paths"]["/.well-known/jwks.json"]["get"].is_object());
            let keys = jwks(app).await;
            let ids: Vec<_> = keys.iter().map(|key| &key["kid"]).collect();
            assert_eq!(ids, [own.public().id(), other.public().id()]);
            assert_eq!(keys[0]["alg"], algorithm.name());
            for key in &keys {
                let names: Vec<_> = key.as_object().unwrap().keys().collect();
                let expected = match key["kty"].as_str().unwrap() {
                    "OKP" => ["alg", "crv", "kid", "kty", "use", "x"],
                    _ => ["alg", "e", "kid", "kty", "n", "use"],
                };
                assert_eq!(names, expected);
                assert_eq!(key["use"], json!("sig"));
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_without_a_request_refused() {
    for algorithm in ALGORITHMS {
        let (old, new) = (key(JwtAlgorithm::EdDsa), key(algorithm));
        let (old_pem, new_pem) = (old.pem().expose().as_str(), new.pem().expose().as_str());
        on_both_with(&[("JWT_PRIVATE_KEY", old_pem)], async |before| {
            let instance = |settings: &[(&str, &str)]| before.another(example_app::app(), settings);
            let announced = instance(&[
                ("JWT_PRIVATE_KEY", old_pem),
                ("JWT_PUBLIC_KEYS", new.public().pem()),
            ]);
            let switched = instance(&[
                ("JWT_PRIVATE_KEY", new_pem),
                ("JWT_PUBLIC_KEYS", old.public().pem()),
            ]);
            let after = instance(&[("JWT_PRIVATE_KEY", new_pem)]);
            let by_old = enter(before, "ann@example.com").await;
            let by_new = log_in(&switched, "ann@example.com").await;
            // At each moment two neighbouring steps are served.
            for (serving, accepts_old, accepts_new) in [
                (before, 200, 401),
                (&announced, 200, 200),
                (&switched, 200, 200),
                (&after, 401, 200),
            ] {
                assert_eq!(me(serving, &by_old.access).await, accepts_old);
                assert_eq!(me(serving, &by_new.access).await, accepts_new);
            }
            assert_eq!(jwks(&switched).await.len(), 2);
            assert_eq!(jwks(&after).await.len(), 1);
        })
        .await;
    }
}
