//! Other algorithms, other keys, keys that come along.

use serde_json::json;
use skeleton_runtime::config::{JwtAlgorithm, JwtPrivateKey};

use crate::forge::{Key, SECRET, Target, der, encode, token_of};

fn key(algorithm: JwtAlgorithm) -> JwtPrivateKey {
    JwtPrivateKey::generate(algorithm).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_algorithm_is_none() {
    let target = Target::with_secret().await;
    let spellings = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "noNe",
        "n\u{f6}ne",
        " none",
        "none ",
        "",
        "null",
        "HS0",
        "nonE\u{0}",
    ];
    let original = target.token.rsplit('.').next().unwrap();
    for alg in spellings {
        let parts = target.parts.header("alg", json!(alg));
        let unsigned = parts.signed(Key::Nothing);
        let signed = parts.resigned();
        target
            .refuses([
                format!("{unsigned}{original}"),
                unsigned.trim_end_matches('.').to_owned(),
                unsigned,
                signed,
            ])
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_algorithm_than_that_of_the_key() {
    let target = Target::with_secret().await;
    let others = [
        "HS384", "HS512", "hs256", "HS256 ", "RS256", "RS384", "RS512", "PS256", "ES256", "ES384",
        "ES512", "EdDSA", "Ed25519", "dir", "A128KW", "RSA-OAEP",
    ];
    let alg = others.map(|alg| json!(alg)).into_iter();
    let wrong = alg.chain([
        json!(null),
        json!(["HS256"]),
        json!({"alg": "HS256"}),
        json!(256),
    ]);
    target
        .refuses(wrong.map(|alg| target.parts.header("alg", alg).resigned()))
        .await;
    target
        .refuses([target.parts.without_header("alg").resigned()])
        .await;
}

/// The public key is no secret: whoever has it must not be able to sign with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_public_key_is_no_secret_to_sign_with() {
    for algorithm in [JwtAlgorithm::Rs256, JwtAlgorithm::EdDsa] {
        let private = key(algorithm);
        let settings = [
            ("JWT_SECRET_KEY", SECRET),
            ("JWT_PRIVATE_KEY", private.pem().expose().as_str()),
        ];
        let target = Target::with(&settings).await;
        let pem = private.public().pem();
        let spki = der(pem);
        let raw = &spki[spki.len() - 32..];
        let secrets = [
            pem.as_bytes(),
            pem.trim_end().as_bytes(),
            &spki,
            raw,
            private.public().id().as_bytes(),
            b"",
            // Nor does the secret of the service count any more.
            SECRET.as_bytes(),
        ];
        for secret in secrets {
            let parts = target.parts.header("alg", json!("HS256"));
            target
                .refuses([
                    parts.signed(Key::Hmac(secret)),
                    parts.without_header("kid").signed(Key::Hmac(secret)),
                    target.parts.signed(Key::Hmac(secret)),
                ])
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_algorithm_goes_with_its_own_key() {
    let (eddsa, rs256) = (key(JwtAlgorithm::EdDsa), key(JwtAlgorithm::Rs256));
    let settings = [
        ("JWT_PRIVATE_KEY", eddsa.pem().expose().as_str()),
        ("JWT_PUBLIC_KEYS", rs256.public().pem()),
    ];
    let target = Target::with(&settings).await;
    let rsa = target
        .parts
        .header("alg", json!("RS256"))
        .header("kid", json!(rs256.public().id()));
    target
        .send(&rsa.signed(Key::Private(&rs256)))
        .await
        .expect(200);
    target
        .refuses([
            // The header of one, the key of the other.
            target.parts.signed(Key::Private(&rs256)),
            rsa.signed(Key::Private(&eddsa)),
            target
                .parts
                .header("alg", json!("RS256"))
                .signed(Key::Private(&rs256)),
            rsa.header("alg", json!("EdDSA"))
                .signed(Key::Private(&eddsa)),
            // With several keys a token has to say which.
            target
                .parts
                .without_header("kid")
                .signed(Key::Private(&eddsa)),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_that_fit_any_message() {
    for algorithm in [JwtAlgorithm::Rs256, JwtAlgorithm::EdDsa] {
        let private = key(algorithm);
        let settings = [("JWT_PRIVATE_KEY", private.pem().expose().as_str())];
        let target = Target::with(&settings).await;
        let (message, _) = target.token.rsplit_once('.').unwrap();
        let mut signatures = Vec::new();
        for length in [0, 1, 32, 63, 64, 65, 70, 256, 384, 385] {
            for byte in [0x00, 0x01, 0xff] {
                signatures.push(format!("{message}.{}", encode(vec![byte; length])));
            }
        }
        target.refuses(signatures).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_come_along_are_not_looked_at() {
    let target = Target::with_secret().await;
    let attacker = key(JwtAlgorithm::EdDsa);
    let x = encode(&der(attacker.public().pem())[12..]);
    let oct = json!({"kty": "oct", "k": encode("attacker"), "alg": "HS256", "kid": "attacker"});
    let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": attacker.public().id()});
    for (name, value) in [
        ("jwk", oct.clone()),
        ("jwk", okp),
        ("jku", json!("https://attacker.example/jwks.json")),
        ("jku", json!("file:///dev/null")),
        ("x5u", json!("https://attacker.example/cert.pem")),
        ("x5c", json!([encode("certificate")])),
        ("x5t", json!(encode("thumbprint"))),
        ("x5t#S256", json!(encode("thumbprint"))),
    ] {
        let parts = target.parts.header(name, value);
        target
            .refuses([
                parts.signed(Key::Hmac(b"attacker")),
                parts
                    .header("kid", json!("attacker"))
                    .signed(Key::Hmac(b"attacker")),
                parts
                    .header("alg", json!("EdDSA"))
                    .header("kid", json!(attacker.public().id()))
                    .signed(Key::Private(&attacker)),
            ])
            .await;
        // Beside the right key they change nothing.
        target.send(&parts.resigned()).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_id_is_compared_and_nothing_else() {
    let target = Target::with_secret().await;
    let own = target.parts.header["kid"].as_str().unwrap().to_owned();
    let ids = [
        json!(""),
        json!("/dev/null"),
        json!("../../../../dev/null"),
        json!("' OR '1'='1"),
        json!("x' UNION SELECT 'attacker"),
        json!("key; sleep 5"),
        json!("| cat /etc/passwd"),
        json!("https://attacker.example/key"),
        json!(own.to_lowercase() + "x"),
        json!(format!("{own} ")),
        json!(format!("{own}\u{0}")),
        json!(&own[..own.len() - 1]),
        json!([own]),
        json!({"kid": own}),
        json!(null),
        json!(0),
        json!(true),
        json!("k".repeat(4000)),
    ];
    for id in ids {
        let parts = target.parts.header("kid", id);
        // The empty file, the empty secret, and even the right one.
        target
            .refuses([
                parts.signed(Key::Hmac(b"")),
                parts.signed(Key::Hmac(b"\0")),
                parts.resigned(),
            ])
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessable_secrets_are_not_the_secret() {
    let target = Target::with_secret().await;
    let (header, claims) = target.parts.texts();
    let guesses = [
        "",
        "secret",
        "changeme",
        "your-256-bit-secret",
        "test",
        "newsroom",
        "skeleton",
    ];
    target
        .refuses(guesses.map(|guess| token_of(&header, &claims, Key::Hmac(guess.as_bytes()))))
        .await;
}
