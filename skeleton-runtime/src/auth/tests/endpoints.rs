use super::*;

#[tokio::test]
async fn one_registers_logs_in_and_sees_oneself() {
    let service = Service::start().await;
    let registered = service.register("  Anna@Example.ORG ").await;
    assert_eq!(registered.status, StatusCode::CREATED, "{registered:?}");
    let keys: Vec<_> = registered
        .body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["created_at", "email", "id", "role"]);
    assert_eq!(registered.body["email"], "anna@example.org");
    assert_eq!(registered.body["role"], "MEMBER");

    let token = service.log_in("ANNA@example.org", PASSWORD).await;
    assert_eq!(token.status, StatusCode::OK, "{token:?}");
    assert_eq!(token.body["token_type"], "Bearer");
    assert_eq!(token.body["expires_in"], 900);
    assert_eq!(token.body.as_object().unwrap().len(), 4);
    assert_eq!(token.body["refresh_token"].as_str().unwrap().len(), 43);

    let me = service
        .get("/auth/me", token.body["access_token"].as_str().unwrap())
        .await;
    assert_eq!((me.status, &me.body), (StatusCode::OK, &registered.body));
    for answer in [registered, token, me] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn an_email_is_taken_once() {
    let service = Service::start().await;
    let (first, second, third) = tokio::join!(
        service.register("anna@example.org"),
        service.register("ANNA@example.org"),
        service.register(" anna@example.org"),
    );
    let mut statuses = [first.status, second.status, third.status].map(|status| status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    let again = service.register("anna@example.org").await;
    assert_eq!(
        (again.status, again.body["code"].as_str()),
        (StatusCode::CONFLICT, Some("conflict"))
    );
    assert_eq!(again.faults(), [("email", "unique")]);
    assert_eq!(again.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_failed_login_has_one_answer() {
    let service = Service::start().await;
    service.register("anna@example.org").await;
    service.register("off@example.org").await;
    accounts::disable(&service.db, "off@example.org").await;
    service.token(Role::Admin).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
        ("anna@example.org", "wrong"),
        ("anna@example.org", " correct horse"),
        ("anna@example.org", &"x".repeat(100_000)),
        ("off@example.org", PASSWORD),
        ("admin@example.org", ""),
    ] {
        let answer = service.log_in(email, password).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{email}: {answer:?}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert_eq!(answer.header("cache-control"), "no-store");
        answers.push(answer.body);
    }
    assert_eq!(answers[0]["code"], "invalid_credentials");
    assert!(
        answers.iter().all(|body| *body == answers[0]),
        "{answers:?}"
    );
}

#[tokio::test]
async fn passwords_have_8_to_128_characters() {
    let service = Service::start().await;
    for (password, faults) in [
        ("é".repeat(7), &[("password", "length")][..]),
        ("é".repeat(8), &[]),
        ("🦀".repeat(128), &[]),
        ("a".repeat(129), &[("password", "length")]),
        (" ".repeat(8), &[]),
    ] {
        let email = format!("{}@example.org", password.len());
        let body = json!({ "email": email, "password": password });
        assert_eq!(
            service
                .post("/auth/register", body.to_string())
                .await
                .faults(),
            faults,
            "{password}"
        );
        let status = service.log_in(&email, &password).await.status;
        assert_eq!(
            status,
            if faults.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNAUTHORIZED
            }
        );
    }
}

#[tokio::test]
async fn all_faults_of_a_body_come_at_once() {
    let service = Service::start().await;
    for (body, faults) in [
        ("{}", &[("email", "required"), ("password", "required")][..]),
        (
            r#"{"email":"x","password":"short"}"#,
            &[("email", "email"), ("password", "length")],
        ),
        (
            r#"{"email":1,"password":null,"role":"OWNER"}"#,
            &[("role", "unknown"), ("email", "type"), ("password", "null")],
        ),
        (
            r#"{"email":"a\u0000@example.org","password":"pass\u0000word"}"#,
            &[("email", "text"), ("password", "text")],
        ),
    ] {
        let answer = service.post("/auth/register", body).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{answer:?}"
        );
        assert_eq!(answer.faults(), faults, "{body}");
    }
    let login = service
        .post("/auth/token", r#"{"email":"a\u0000","password":[],"x":1}"#)
        .await;
    assert_eq!(
        login.faults(),
        [("x", "unknown"), ("email", "text"), ("password", "type")]
    );
    let list = service.post("/auth/token", "[]").await;
    assert_eq!(list.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_not_json_is_400_and_what_does_not_claim_to_be_415() {
    let service = Service::start().await;
    for path in ["/auth/register", "/auth/token"] {
        for body in [
            "",
            "{",
            r#"{"email":"a@b","email":"c@d"}"#,
            r#"{"email":"\ud800"}"#,
            "email=a&password=b",
        ] {
            let answer = service.post(path, body).await;
            assert_eq!(
                (answer.status, &answer.body["code"]),
                (StatusCode::BAD_REQUEST, &json!("malformed_json"))
            );
            assert!(
                answer.body["detail"]
                    .as_str()
                    .unwrap()
                    .contains("line 1 column"),
                "{answer:?}"
            );
        }
        let plain = Request::post(path).header("content-type", "text/plain");
        let answer = service.send(plain, "{}").await;
        assert_eq!(answer.body["code"], "unsupported_media_type", "{answer:?}");
        assert_eq!(
            service.send(Request::post(path), "{}").await.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let encoded = Request::post(path)
            .header("content-type", "application/json")
            .header("content-encoding", "gzip");
        assert_eq!(
            service.send(encoded, "{}").await.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let wrong_method = service.send(Request::get(path), "").await;
        assert_eq!(
            (wrong_method.status, wrong_method.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "POST")
        );
    }
}

#[tokio::test]
async fn a_stale_token_does_not_keep_one_from_logging_in() {
    let service = Service::start().await;
    service.register("anna@example.org").await;
    let request = Request::post("/auth/token")
        .header("content-type", "application/json")
        .header("authorization", "Bearer stale");
    let body = json!({ "email": "anna@example.org", "password": PASSWORD });
    assert_eq!(
        service.send(request, body.to_string()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn registration_can_be_switched_off() {
    let mut config = config();
    config.registration_enabled = false;
    let service = Service::on(&config, database().await);
    let answer = service.register("anna@example.org").await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (StatusCode::NOT_FOUND, &json!("not_found"))
    );
}

#[tokio::test]
async fn the_token_of_an_account_that_is_gone_is_no_longer_one() {
    let service = Service::start().await;
    let token = service.token(Role::Member).await;
    assert_eq!(service.get("/auth/me", &token).await.status, StatusCode::OK);
    accounts::disable(&service.db, "member@example.org").await;
    let answer = service.get("/auth/me", &token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );
}

#[tokio::test]
async fn an_old_hash_is_renewed_at_the_next_login() {
    let service = Service::start().await;
    service.register("anna@example.org").await;
    let mut dearer = config();
    dearer.argon2.iterations = 2;
    let service = Service::on(&dearer, service.db);
    for _ in 0..2 {
        assert_eq!(
            service.log_in("anna@example.org", PASSWORD).await.status,
            StatusCode::OK
        );
        let account = accounts::find(&service, "anna@example.org").await;
        assert!(account.password_hash.unwrap().expose().contains("t=2"));
    }
}
