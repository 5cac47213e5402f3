use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::routing::{get, post};
use futures_util::{StreamExt, stream};

use super::*;
use crate::json::JsonBody;

struct AdminOnly;

impl GuardRule for AdminOnly {
    const RULE: Rule = Rule(&[Term::AtLeast(RoleRef::new(
        Role::ROLES,
        Role::Admin as usize,
    ))]);
}

struct AnyAccount;

impl GuardRule for AnyAccount {
    const RULE: Rule = Rule(&[Term::Authenticated]);
}

struct Anybody;

impl GuardRule for Anybody {
    const RULE: Rule = Rule(&[Term::Public]);
}

async fn write(_: Guard<AdminOnly>, user: CurrentUser, JsonBody(_): JsonBody) -> String {
    user.email
}

async fn account(_: Guard<AnyAccount>) {}

async fn open(_: Guard<Anybody>) {}

async fn perhaps(user: Option<CurrentUser>) -> StatusCode {
    if user.is_some() {
        StatusCode::OK
    } else {
        StatusCode::NO_CONTENT
    }
}

pub(super) fn routes() -> Router<Authenticator> {
    Router::new()
        .route("/write", post(write))
        .route("/account", get(account))
        .route("/open", get(open))
        .route("/perhaps", get(perhaps))
}

/// Sends a body to the guarded handler; tells whether it was read.
async fn write_as(service: &Service, token: Option<&str>) -> (Answer, bool) {
    let read = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&read);
    let body = stream::iter([Ok::<_, std::io::Error>("{}")])
        .inspect(move |_| flag.store(true, Ordering::SeqCst));
    let mut request = Request::post("/write").header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = service.send(request, Body::from_stream(body)).await;
    (answer, read.load(Ordering::SeqCst))
}

#[tokio::test]
async fn refusals_come_before_the_body_is_read() {
    let service = Service::start().await;
    let (answer, read) = write_as(&service, None).await;
    assert_eq!(
        (answer.status, answer.header("www-authenticate"), read),
        (StatusCode::UNAUTHORIZED, "Bearer", false)
    );

    let (answer, read) = write_as(&service, Some("nonsense")).await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthenticated"))
    );
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );
    assert!(!read);

    let member = service.token(Role::Member).await;
    let (answer, read) = write_as(&service, Some(&member)).await;
    assert_eq!(
        (answer.status, &answer.body["code"]),
        (StatusCode::FORBIDDEN, &json!("forbidden"))
    );
    assert_eq!(
        (answer.body["detail"].as_str(), read),
        (Some("this is only for: ADMIN"), false)
    );

    let owner = service.token(Role::Owner).await;
    let (answer, read) = write_as(&service, Some(&owner)).await;
    assert_eq!((answer.status, read), (StatusCode::OK, true));
}

#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let service = Service::start().await;
    let token = format!("Bearer {}", service.token(Role::Owner).await);
    let request = Request::get("/account")
        .header("authorization", &token)
        .header("authorization", &token);
    let answer = service.send(request, "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );
}

#[tokio::test]
async fn a_role_that_is_not_known_is_any_account_and_no_more() {
    let service = Service::start().await;
    let mut account = accounts::make(&service, "anna@example.org", Role::Owner).await;
    account.role = "EMPEROR".to_owned();
    let token = service
        .authenticator
        .issue(&account)
        .await
        .unwrap()
        .token
        .into_exposed();
    assert_eq!(service.get("/account", &token).await.status, StatusCode::OK);
    assert_eq!(
        write_as(&service, Some(&token)).await.0.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn what_is_open_asks_for_no_token_and_what_may_have_one_asks_for_a_good_one() {
    let service = Service::start().await;
    let token = service.token(Role::Viewer).await;
    for (path, anonymous, known, bad) in [
        ("/open", 200, 200, 200),
        ("/perhaps", 204, 200, 401),
        ("/account", 401, 200, 401),
    ] {
        assert_eq!(
            service.send(Request::get(path), "").await.status,
            anonymous,
            "{path}"
        );
        assert_eq!(service.get(path, &token).await.status, known, "{path}");
        assert_eq!(service.get(path, "bad").await.status, bad, "{path}");
    }
}

#[tokio::test]
async fn a_handler_can_be_called_as_a_function() {
    account(Guard::granted()).await;
}
