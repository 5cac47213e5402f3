//! Access tokens, made up by the thousand.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, Utc};
use serde_json::Value;
use skeleton_fuzz::Fuzz;
use uuid::Uuid;

use super::config;
use crate::auth::token::{Subject, TokenKeys};
use crate::json::read_object;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_800_000_000;

const WORDS: &[&str] = &[
    "HS256",
    "none",
    "HS384",
    "EdDSA",
    "RS256",
    "at+jwt",
    "JWT",
    "\"alg\":",
    "\"typ\":",
    "\"kid\":\"a\"",
    "\"crit\":[]",
    "\"jwk\":{}",
    "\"sub\":",
    "\"exp\":",
    "\"nbf\":",
    "\"iat\":",
    "\"iss\":",
    "\"aud\":[\"newsroom\"]",
    "\"aud\":",
    "newsroom",
    "\"sid\":",
    "\"jti\":",
    "\"role\":",
    "1800000000",
    "1799999970",
    "1800000030",
    "1800000031",
    "1e10",
    "253402300800",
    "1.8e9",
    "null",
    "00000000-0000-0000-0000-000000000001",
    "eyJhbGciOiJub25lIn0",
    ".",
    "..",
    "=",
    "\"alg\":\"none\",",
    "\n",
];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

fn issued(keys: &TokenKeys) -> String {
    let subject = Subject {
        id: Uuid::from_u128(1),
        email: "a@example.org",
        role: "MEMBER",
        session: Uuid::from_u128(2),
    };
    keys.issue(subject, Duration::from_mins(15), now())
        .unwrap()
        .token
        .into_exposed()
}

fn signed(secret: &[u8], header: &str, claims: &str) -> String {
    let message = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = BASE64.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

/// What a token says that holds, read by other means.
fn check_held(header: &str, claims: &str) {
    let one_meaning = |text: &str| read_object(text.as_bytes()).is_ok();
    assert!(
        one_meaning(header) && one_meaning(claims),
        "{header} {claims}"
    );
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    // A number beyond any range, in a member that nobody looks at, can't be read by these means.
    let (Some(header), Some(claims)) = (read(header), read(claims)) else {
        return;
    };
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&"HS256".into(), &"at+jwt".into())
    );
    assert!(
        header.get("crit").is_none() && header["kid"].as_str().is_none_or(|kid| kid.len() == 11)
    );
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&"newsroom".into(), &"newsroom".into())
    );
    let seconds = |name: &str| claims[name].as_f64().unwrap().trunc();
    #[expect(clippy::cast_precision_loss, reason = "it is small")]
    let now = NOW as f64;
    assert!(seconds("exp") + 30.0 > now, "expired");
    assert!(
        seconds("nbf") <= now + 30.0 && seconds("iat") <= now + 30.0,
        "of the future"
    );
    let uuid = |name: &str| {
        claims[name]
            .as_str()
            .and_then(|text| Uuid::try_parse(text).ok())
    };
    assert!(uuid("sub").is_some() && uuid("sid").is_some());
    assert!(
        ["email", "role", "jti"]
            .iter()
            .all(|name| claims[name].is_string())
    );
}

/// A token as it is sent, or two lines that are signed with our own secret: a header, and claims.
#[test]
fn fuzz_only_what_was_signed_here_and_holds_now_is_accepted() {
    let keys = TokenKeys::new(&config()).unwrap();
    let ours = issued(&keys);
    let fuzz = Fuzz::target("jwt")
        .words(WORDS)
        .seeds([ours.clone().into_bytes()]);
    let figures = fuzz.run_text(|text| {
        let Some((header, claims)) = text.split_once('\n') else {
            let verified = keys.verify(text, now());
            assert!(
                verified.is_err() || text == ours,
                "{text} was not made here"
            );
            return format!("{:?}", verified.err());
        };
        let verified = keys.verify(&signed(SECRET, header, claims), now());
        if verified.is_ok() {
            check_held(header, claims);
        }
        let other = keys.verify(
            &signed(b"another secret of another service", header, claims),
            now(),
        );
        assert!(other.is_err(), "signed by somebody else: {text}");
        format!("{:?}", verified.err())
    });
    // One for each way to be refused that a single key has, and the one that holds.
    assert!(figures.of_seeds >= 8, "{figures:?}");
}
