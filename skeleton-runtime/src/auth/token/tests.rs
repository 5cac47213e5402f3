//! Attacks on the verifier, and the one token that holds.

use serde_json::{Map, Value};

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn config() -> AuthConfig {
    AuthConfig::new(SECRET.to_owned(), "newsroom")
}

fn keys() -> TokenKeys {
    TokenKeys::new(&config()).unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 500_000_000).unwrap()
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

fn part(token: &str, index: usize) -> Map<String, Value> {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A token that was signed with our key after its header and claims were edited.
fn forged(edit: impl FnOnce(&mut Map<String, Value>, &mut Map<String, Value>)) -> String {
    let keys = keys();
    let token = issued(&keys);
    let (mut header, mut claims) = (part(&token, 0), part(&token, 1));
    edit(&mut header, &mut claims);
    let json = |map: Map<String, Value>| Value::Object(map).to_string();
    keys.signed(json(header).as_bytes(), json(claims).as_bytes())
        .unwrap()
}

#[track_caller]
fn refused(token: &str, why: Invalid) {
    assert_eq!(keys().verify(token, now()), Err(why), "{token}");
}

#[test]
fn an_issued_token_holds() {
    let keys = keys();
    let token = issued(&keys);
    let header = part(&token, 0);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("HS256"), &json!("at+jwt"))
    );
    assert_eq!(header["kid"].as_str().unwrap().len(), 11);
    let claims = keys.verify(&token, now()).unwrap();
    assert_eq!(
        (claims.sub, claims.sid),
        (Uuid::from_u128(1), Uuid::from_u128(2))
    );
    assert_eq!(
        (claims.email.as_str(), claims.role.as_str()),
        ("a@example.org", "MEMBER")
    );
    assert_eq!(claims.exp.seconds() - claims.iat.seconds(), 900);
    assert!(keys.verify(&forged(|_, _| {}), now()).is_ok());
    assert!(
        keys.verify(&forged(|header, _| drop(header.remove("kid"))), now())
            .is_ok()
    );
    assert!(
        keys.verify(
            &forged(|_, claims| drop(claims.insert("extra".into(), json!([1])))),
            now()
        )
        .is_ok()
    );
}

#[test]
fn every_token_has_an_id_of_its_own() {
    let keys = keys();
    assert_ne!(issued(&keys), issued(&keys));
}

#[test]
fn no_other_algorithm() {
    let spellings = [
        "none", "None", "NONE", "nOnE", "", "HS384", "HS512", "hs256", "HS256 ", "RS256", "ES256",
        "EdDSA", "PS256",
    ];
    for alg in
        spellings
            .map(Value::from)
            .into_iter()
            .chain([json!(null), json!(["HS256"]), json!(256)])
    {
        let token = forged(|header, _| drop(header.insert("alg".into(), alg)));
        refused(&token, Invalid::Algorithm);
        let (message, _) = token.rsplit_once('.').unwrap();
        refused(&format!("{message}."), Invalid::Algorithm);
    }
    refused(
        &forged(|header, _| drop(header.remove("alg"))),
        Invalid::Algorithm,
    );
}

#[test]
fn no_signature_is_no_token() {
    let token = forged(|_, _| {});
    let (message, signature) = token.rsplit_once('.').unwrap();
    refused(&format!("{message}."), Invalid::Signature);
    refused(message, Invalid::Shape);
    refused(
        &format!("{message}.{}", &signature[..10]),
        Invalid::Signature,
    );
    refused(&format!("{message}.{signature}="), Invalid::Signature);
    refused(&format!("{message}.{}", "A".repeat(43)), Invalid::Signature);
}

#[test]
fn no_other_type_no_critical_extension_no_unknown_key() {
    for typ in [
        json!("JWT"),
        json!("at+JWT"),
        json!("id+jwt"),
        json!(null),
        json!(["at+jwt"]),
    ] {
        refused(
            &forged(|header, _| drop(header.insert("typ".into(), typ))),
            Invalid::Type,
        );
    }
    refused(
        &forged(|header, _| drop(header.remove("typ"))),
        Invalid::Type,
    );
    for crit in [json!(["exp"]), json!([]), json!(null), json!("x")] {
        refused(
            &forged(|header, _| drop(header.insert("crit".into(), crit))),
            Invalid::Critical,
        );
    }
    for kid in [
        json!("other"),
        json!(1),
        json!(null),
        json!("../../etc/passwd"),
        json!("' OR 1=1"),
    ] {
        refused(
            &forged(|header, _| drop(header.insert("kid".into(), kid))),
            Invalid::KeyId,
        );
    }
}

#[test]
fn keys_that_come_with_the_token_are_not_looked_at() {
    let attacker = TokenKeys::new(&AuthConfig::new("f".repeat(32), "newsroom")).unwrap();
    let claims = part(&issued(&keys()), 1);
    let jwk = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode("f".repeat(32)) });
    let header =
        json!({ "alg": "HS256", "typ": TYP, "jwk": jwk, "jku": "https://attacker.example/keys" });
    let token = attacker
        .signed(
            header.to_string().as_bytes(),
            Value::Object(claims).to_string().as_bytes(),
        )
        .unwrap();
    refused(&token, Invalid::Signature);
    refused(&issued(&attacker), Invalid::KeyId);
}

#[test]
fn an_edited_payload_breaks_the_signature() {
    let token = issued(&keys());
    let mut claims = part(&token, 1);
    claims.insert("role".into(), json!("OWNER"));
    let parts: Vec<_> = token.split('.').collect();
    let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string());
    refused(
        &format!("{}.{payload}.{}", parts[0], parts[2]),
        Invalid::Signature,
    );
    refused(
        &format!("{}.{}.{}", parts[0], parts[0], parts[2]),
        Invalid::Signature,
    );
}

#[test]
fn every_claim_is_required_and_of_its_type() {
    let names = [
        "sub", "email", "role", "sid", "iat", "nbf", "exp", "iss", "aud", "jti",
    ];
    for name in names {
        refused(
            &forged(|_, claims| drop(claims.remove(name))),
            Invalid::Claims,
        );
        for wrong in [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(["newsroom"]),
        ] {
            refused(
                &forged(|_, claims| drop(claims.insert(name.into(), wrong))),
                Invalid::Claims,
            );
        }
    }
    for name in ["iat", "nbf", "exp"] {
        for wrong in [
            json!("1800000000"),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
        ] {
            refused(
                &forged(|_, claims| drop(claims.insert(name.into(), wrong))),
                Invalid::Claims,
            );
        }
    }
    for name in ["sub", "email", "role", "sid", "iss", "aud", "jti"] {
        refused(
            &forged(|_, claims| drop(claims.insert(name.into(), json!(1)))),
            Invalid::Claims,
        );
    }
    refused(
        &forged(|_, claims| drop(claims.insert("sub".into(), json!("1")))),
        Invalid::Claims,
    );
}

#[test]
fn doubled_names_are_refused() {
    let keys = keys();
    let token = issued(&keys);
    let text = |index| Value::Object(part(&token, index)).to_string();
    let doubled = |json: String, extra: &str| json.replacen('{', &format!("{{{extra},"), 1);
    let claims = doubled(text(1), r#""role":"OWNER""#);
    refused(
        &keys.signed(text(0).as_bytes(), claims.as_bytes()).unwrap(),
        Invalid::Claims,
    );
    let claims = doubled(doubled(text(1), r#""x":1"#), r#""x":2"#);
    refused(
        &keys.signed(text(0).as_bytes(), claims.as_bytes()).unwrap(),
        Invalid::Claims,
    );
    let header = doubled(text(0), r#""alg":"none""#);
    refused(
        &keys.signed(header.as_bytes(), text(1).as_bytes()).unwrap(),
        Invalid::Header,
    );
}

#[test]
fn time_counts_with_thirty_seconds_of_leeway() {
    let at = now().timestamp();
    let with =
        |name: &str, time: i64| forged(|_, claims| drop(claims.insert(name.into(), json!(time))));
    refused(&with("exp", at - 30), Invalid::Expired);
    refused(&with("exp", 0), Invalid::Expired);
    assert!(keys().verify(&with("exp", at - 29), now()).is_ok());
    for name in ["nbf", "iat"] {
        refused(&with(name, at + 31), Invalid::NotYet);
        refused(&with(name, 253_402_300_799), Invalid::NotYet);
        assert!(keys().verify(&with(name, at + 30), now()).is_ok());
    }
}

#[test]
fn issuer_and_audience_are_exactly_ours() {
    for other in ["", "Newsroom", "newsroom ", "newsroom2", "https://newsroom"] {
        refused(
            &forged(|_, claims| drop(claims.insert("iss".into(), json!(other)))),
            Invalid::Issuer,
        );
        refused(
            &forged(|_, claims| drop(claims.insert("aud".into(), json!(other)))),
            Invalid::Audience,
        );
    }
    refused(
        &forged(|_, claims| drop(claims.insert("aud".into(), json!(["newsroom", "other"])))),
        Invalid::Claims,
    );
}

#[test]
fn what_is_no_token_at_all() {
    for text in [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "e30.e30.e30",
        "\0.\0.\0",
        "null.null.null",
    ] {
        assert!(keys().verify(text, now()).is_err(), "{text}");
    }
    refused(&"a".repeat(30_000), Invalid::TooLong);
    refused(&".".repeat(30_000), Invalid::TooLong);
    refused(
        &forged(|_, claims| drop(claims.insert("pad".into(), json!("x".repeat(30_000))))),
        Invalid::TooLong,
    );
    let deep = URL_SAFE_NO_PAD.encode("[".repeat(5_000));
    refused(&format!("{deep}.e30.e30"), Invalid::Header);
}

#[test]
fn a_text_with_whitespace_or_padding_is_no_token() {
    let token = issued(&keys());
    for text in [
        format!(" {token}"),
        format!("{token} "),
        token.replacen('.', "=.", 1),
        token.replacen('.', "\n.", 1),
    ] {
        assert!(keys().verify(&text, now()).is_err(), "{text}");
    }
}

#[test]
fn a_short_secret_is_refused() {
    assert!(TokenKeys::new(&AuthConfig::new("short".to_owned(), "newsroom")).is_err());
}

#[test]
fn nothing_of_the_key_is_printed() {
    assert!(!format!("{:?}", keys()).contains(SECRET));
}

#[test]
fn what_was_found_right_before_is_held_to_its_times_again() {
    let keys = keys();
    let token = issued(&keys);
    let first = keys.verify(&token, now()).unwrap();
    let again = keys.verify(&token, now()).unwrap();
    assert!(Arc::ptr_eq(&first, &again), "it was read once");
    let late = now() + Duration::from_secs(15 * 60 + 30);
    assert_eq!(keys.verify(&token, late), Err(Invalid::Expired));
    let early = now() - Duration::from_secs(31);
    assert_eq!(keys.verify(&token, early), Err(Invalid::NotYet));
    let end = if token.ends_with('A') { "E" } else { "A" };
    let other = format!("{}{end}", &token[..token.len() - 1]);
    assert!(keys.verify(&other, now()).is_err());
}
