//! Tokens that are signed with the right key and say what they should not.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::prelude::{Utc, Uuid};

use crate::forge::{ANN, Key, Parts, SECRET, Target, invented, token_of};

const CLAIMS: [&str; 10] = [
    "sub", "email", "role", "sid", "iat", "nbf", "exp", "iss", "aud", "jti",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_is_needed_and_of_its_type() {
    let target = Target::with_secret().await;
    for name in CLAIMS {
        let own = target.parts.claims[name].clone();
        let stringly = json!(own.to_string());
        let wrong = [
            json!(null),
            json!(true),
            json!({}),
            json!([]),
            json!([own]),
            json!({"$ne": null}),
            if own.is_number() { stringly } else { json!(1) },
        ];
        let tokens = wrong.map(|value| target.parts.claim(name, value).resigned());
        target.refuses(tokens).await;
        target
            .refuses([target.parts.without_claim(name).resigned()])
            .await;
    }
    target
        .refuses([
            token_of(&target.parts.texts().0, "{}", Key::Hmac(SECRET.as_bytes())),
            token_of(&target.parts.texts().0, "[]", Key::Hmac(SECRET.as_bytes())),
            token_of(&target.parts.texts().0, "", Key::Hmac(SECRET.as_bytes())),
            token_of(
                &target.parts.texts().0,
                "null",
                Key::Hmac(SECRET.as_bytes()),
            ),
            token_of(
                &target.parts.texts().0,
                "\u{feff}{}",
                Key::Hmac(SECRET.as_bytes()),
            ),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn issuer_and_audience_are_ours() {
    let target = Target::with_secret().await;
    let others = [
        json!("other"),
        json!("TEST"),
        json!("test "),
        json!("tes"),
        json!("test,other"),
        json!(""),
        json!(["test"]),
        json!(["test", "other"]),
        json!("*"),
    ];
    for name in ["iss", "aud"] {
        let others = others.clone();
        let tokens = others.map(|value| target.parts.claim(name, value).resigned());
        target.refuses(tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_has_thirty_seconds_of_leeway() {
    let target = Target::with_secret().await;
    let now = Utc::now().timestamp();
    let at = |name: &str, time: Value| target.parts.claim(name, time).resigned();
    for held in [
        at("exp", json!(now - 15)),
        at("nbf", json!(now + 25)),
        at("iat", json!(now + 25)),
        at("exp", json!(253_402_300_799_u64)),
    ] {
        target.send(&held).await.expect(200);
    }
    target
        .refuses([
            at("exp", json!(now - 31)),
            at("exp", json!(0)),
            at("exp", json!(-1)),
            at("exp", json!(now - 86_400)),
            at("nbf", json!(now + 60)),
            at("iat", json!(now + 60)),
            at("exp", json!(1e300)),
            at("nbf", json!(-1e300)),
            at("exp", json!(253_402_300_800_u64)),
            at("exp", json!("9999999999")),
        ])
        .await;
    // No number of JSON, or one beyond any float.
    let (header, claims) = target.parts.texts();
    let exp = target.parts.claims["exp"].to_string();
    let tokens = ["1e999", "NaN", "Infinity", "0x7fffffff", "+9999999999"].map(|time| {
        let claims = claims.replace(&exp, time);
        token_of(&header, &claims, Key::Hmac(SECRET.as_bytes()))
    });
    target.refuses(tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_comes_twice() {
    let target = Target::with_secret().await;
    let (header, claims) = target.parts.texts();
    let doubled = |object: &str, name: &str, value: &str| {
        let rest = &object[1..];
        let last = format!("{},\"{name}\":{value}}}", &object[..object.len() - 1]);
        [format!("{{\"{name}\":{value},{rest}"), last]
    };
    let mut tokens = Vec::new();
    for (name, value) in [
        ("role", "\"OWNER\""),
        ("sub", "\"00000000-0000-7000-8000-000000000000\""),
        ("exp", "9999999999"),
        ("r\\u006fle", "\"OWNER\""),
    ] {
        for claims in doubled(&claims, name, value) {
            tokens.push(token_of(&header, &claims, Key::Hmac(SECRET.as_bytes())));
        }
    }
    for (name, value) in [("alg", "\"none\""), ("alg", "\"HS256\""), ("kid", "\"x\"")] {
        for header in doubled(&header, name, value) {
            tokens.push(token_of(&header, &claims, Key::Hmac(SECRET.as_bytes())));
        }
    }
    target.refuses(tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_and_session_must_be_there_and_belong_together() {
    let target = Target::with_secret().await;
    let bob = Parts::of(&target.app.token("bob@example.com", Role::Owner).await);
    let mut nobody = target.parts.clone();
    nobody.claims = invented();
    target
        .refuses([
            nobody.resigned(),
            target.parts.claim("sub", json!(Uuid::now_v7())).resigned(),
            target.parts.claim("sid", json!(Uuid::now_v7())).resigned(),
            // Bob's session with Ann's account, and the other way about.
            target
                .parts
                .claim("sid", bob.claims["sid"].clone())
                .resigned(),
            target
                .parts
                .claim("sub", bob.claims["sub"].clone())
                .resigned(),
            target.parts.claim("sub", json!("ann")).resigned(),
            target.parts.claim("sub", json!("' OR 1=1 --")).resigned(),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_in_a_token_is_worth_what_the_account_has() {
    let target = Target::with_secret().await;
    let send = async |token: &str, path: &str| {
        let request = target.app.get(path).bearer(token);
        request.send().await.status()
    };
    for role in ["OWNER", "ADMIN", "owner", "EMPEROR", ""] {
        let token = target.parts.claim("role", json!(role)).resigned();
        assert_eq!(send(&token, "/users").await, 403, "{role}");
    }
    let token = target.parts.claim("role", json!("VIEWER")).resigned();
    assert_eq!(send(&token, "/articles").await, 200);
    let body = json!({"title": "A", "body": ""});
    let request = target.app.post("/articles").bearer(&token).json(&body);
    request.send().await.expect_problem(403, "forbidden");
    // The e-mail of a token names nobody.
    let token = target
        .parts
        .claim("email", json!("bob@example.com"))
        .resigned();
    let me = target.send(&token).await.expect(200).json();
    assert_eq!(me["email"], ANN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_with_its_session() {
    let target = Target::with_secret().await;
    let other = target.app.token("bob@example.com", Role::Member).await;
    let all = target.app.delete("/auth/sessions").bearer(&other);
    all.send().await.expect(204);
    target.refuses([other]).await;
}
