//! What is no token at all, or a token sent in another way.

use serde_json::json;

use crate::forge::{Key, SECRET, Target, encode, token_of};

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_token_is_none() {
    let target = Target::with_secret().await;
    let parts: Vec<_> = target.token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("three parts");
    };
    let (_, text) = target.parts.claim("role", json!("OWNER")).texts();
    let other = target.parts.claim("jti", json!("other")).resigned();
    let other_signature = other.rsplit('.').next().unwrap();
    target
        .refuses([
            format!("{header}.{}.{signature}", encode(&text)),
            format!("{header}.{claims}.{other_signature}"),
            format!("{claims}.{header}.{signature}"),
            format!("{header}.{claims}.{}", &signature[1..]),
            format!("{header}.{claims}.{}", signature.to_lowercase()),
            format!("{header}.{claims}."),
            format!("{header}.{claims}"),
            format!("{header}..{signature}"),
            format!(".{claims}.{signature}"),
        ])
        .await;
    // Each single character counts.
    let mut edited = Vec::new();
    for at in (0..target.token.len()).step_by(7) {
        let mut bytes = target.token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        edited.push(String::from_utf8(bytes).unwrap());
    }
    target.refuses(edited).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_has_one_spelling() {
    let target = Target::with_secret().await;
    let token = &target.token;
    let (message, signature) = token.rsplit_once('.').unwrap();
    // 32 bytes are 43 characters, the last of which has two bits to spare.
    let last = signature.as_bytes()[42];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = alphabet.iter().position(|byte| *byte == last).unwrap();
    let mut others: Vec<_> = (1..4)
        .map(|spare| {
            let other = char::from(alphabet[place | spare]);
            format!("{message}.{}{other}", &signature[..42])
        })
        .filter(|other| other != token)
        .collect();
    others.extend([
        format!("{token}="),
        format!("{token}."),
        format!("{token}.x"),
        format!(".{token}"),
        format!("{token}A"),
        format!("{token},{token}"),
        format!("{token} {token}"),
        format!("{message}.{signature}\tx"),
        token.replace('.', "%2e"),
        token.replace('.', ".."),
        format!("{token}\u{e9}"),
        format!("\"{token}\""),
        format!("Bearer {token}"),
    ]);
    target.refuses(others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn size_and_depth_are_bounded() {
    let target = Target::with_secret().await;
    let long = "a".repeat(30_000);
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let (header, claims) = target.parts.texts();
    let nested = |object: &str| format!("{},\"x\":{deep}}}", &object[..object.len() - 1]);
    target
        .refuses([
            target.parts.claim("x", json!(long)).resigned(),
            target.parts.header("x", json!(long)).resigned(),
            format!("{}{long}", target.token),
            long.clone(),
            ".".repeat(30_000),
            token_of(&nested(&header), &claims, Key::Hmac(SECRET.as_bytes())),
            token_of(&header, &nested(&claims), Key::Hmac(SECRET.as_bytes())),
        ])
        .await;
    let fits = target.parts.claim("x", json!("a".repeat(3_000)));
    target.send(&fits.resigned()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_type_nor_critical_extension_may_be_another() {
    let target = Target::with_secret().await;
    target
        .refuses([target.parts.without_header("typ").resigned()])
        .await;
    for typ in [
        "JWT",
        "jwt",
        "at+JWT",
        "application/at+jwt",
        "id+jwt",
        "logout+jwt",
        "dpop+jwt",
        "",
    ] {
        let parts = target.parts.header("typ", json!(typ));
        target.refuses([parts.resigned()]).await;
    }
    for typ in [json!(null), json!(["at+jwt"]), json!(1)] {
        let parts = target.parts.header("typ", typ);
        target.refuses([parts.resigned()]).await;
    }
    for critical in [
        json!(["exp"]),
        json!([]),
        json!(["b64"]),
        json!(null),
        json!("x"),
    ] {
        let parts = target.parts.header("crit", critical);
        target
            .refuses([
                parts.header("b64", json!(false)).resigned(),
                parts.resigned(),
            ])
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_kinds_of_tokens_are_none() {
    let target = Target::with_secret().await;
    let login = json!({"email": "eve@example.com", "password": "seven wild geese"});
    let register = target.app.post("/auth/register").json(&login);
    register.send().await.expect(201);
    let log_in = target.app.post("/auth/token").json(&login);
    let tokens = log_in.send().await.expect(200);
    let refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
    target
        .refuses([
            refresh,
            // An encrypted token has five parts.
            format!(
                "{}.{}.{}.{}.{}",
                encode("{}"),
                "",
                encode("iv"),
                encode("x"),
                encode("tag")
            ),
            // The JSON serialization of a signed one.
            json!({"payload": "e30", "signatures": []}).to_string(),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_comes_in_one_header() {
    let target = Target::with_secret().await;
    let token = &target.token;
    let get = || target.app.get("/auth/me");
    let twice = get().bearer(token).bearer(token).send().await;
    twice.expect_problem(401, "unauthenticated");
    let both = get().bearer(token).header("authorization", "Basic YTpi");
    both.send().await.expect_problem(401, "unauthenticated");
    for scheme in ["Basic", "Token", "JWT", "Bearer:", "DPoP", ""] {
        let other = get().header("authorization", &format!("{scheme} {token}"));
        other.send().await.expect_problem(401, "unauthenticated");
    }
    for name in [
        "cookie",
        "x-authorization",
        "x-access-token",
        "proxy-authorization",
    ] {
        let other = get().header(name, &format!("Bearer {token}"));
        other.send().await.expect_problem(401, "unauthenticated");
    }
    for query in ["access_token", "token", "jwt"] {
        let path = format!("/articles?{query}={token}");
        let other = target.app.get(&path).send().await;
        other.expect_problem(401, "unauthenticated");
    }
}
