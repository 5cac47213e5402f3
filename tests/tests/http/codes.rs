//! Every code of the contract, and the request that provokes it.

use futures_util::future::select;
use serde_json::{Value, json};
use skeleton_runtime::db::{AnyBackend, Connection, Statement};
use skeleton_runtime::error::Code;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::common::{ANN, NOBODY, article, article_with, category, path_of};

/// The contract's table: status and code.
const CODES: [(u16, &str); 23] = [
    (400, "malformed_json"),
    (400, "invalid_query"),
    (400, "invalid_cursor"),
    (400, "invalid_path"),
    (400, "unsupported_grant_type"),
    (401, "unauthenticated"),
    (401, "invalid_credentials"),
    (401, "invalid_refresh_token"),
    (403, "forbidden"),
    (404, "not_found"),
    (405, "method_not_allowed"),
    (409, "conflict"),
    (409, "in_use"),
    (409, "in_progress"),
    (412, "precondition_failed"),
    (413, "payload_too_large"),
    (415, "unsupported_media_type"),
    (422, "idempotency_mismatch"),
    (422, "validation_failed"),
    (429, "too_many_requests"),
    (500, "internal"),
    (503, "unavailable"),
    (504, "timeout"),
];

/// Codes that the contract names with their endpoint, and not in its table.
const OF_ONE_ENDPOINT: [&str; 1] = ["last_owner"];

/// Fails, and would tell a secret.
#[utoipa::path(get, path = "/broken", responses((status = 200)))]
#[requires_role(Viewer)]
async fn broken() -> Result<()> {
    Err(Error::internal("password=canary"))
}

/// Panics, and would tell a secret.
#[utoipa::path(get, path = "/panicking", responses((status = 200)))]
#[requires_role(Viewer)]
async fn panicking() -> Result<()> {
    panic!("password=canary");
}

/// Never answers.
#[utoipa::path(get, path = "/slow", responses((status = 200)))]
#[requires_role(Viewer)]
async fn slow() -> Result<()> {
    std::future::pending().await
}

fn app() -> App {
    example_app::app()
        .routes(routes!(broken))
        .routes(routes!(panicking))
        .routes(routes!(slow))
}

/// The newsroom as it is, with a deadline of a second, and with its database out of reach.
struct Newsrooms {
    usual: TestApp,
    hasty: TestApp,
    lost: TestApp,
}

async fn newsrooms() -> Vec<Newsrooms> {
    let usual = TestApp::both(app).await;
    let hasty = TestApp::both_with(app, &[("REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let lost = TestApp::both(app).await;
    let apps = usual.into_iter().zip(hasty).zip(lost);
    apps.map(|((usual, hasty), lost)| Newsrooms { usual, hasty, lost })
        .collect()
}

async fn login(app: &TestApp) -> TestResponse {
    let body = json!({"email": "nobody@example.com", "password": "correct horse battery"});
    app.post("/auth/token").json(&body).send().await
}

/// Refreshes with a token that nobody was given.
async fn stray_refresh(app: &TestApp) -> TestResponse {
    let body = json!({"refresh_token": "A".repeat(43)});
    app.post("/auth/refresh").json(&body).send().await
}

/// Fails to log in until that is too much.
async fn too_many(app: &TestApp) -> TestResponse {
    for _ in 0..20 {
        let response = login(app).await;
        if response.status() != 401 {
            return response;
        }
    }
    panic!("nobody is slowed down");
}

/// A category of a name that is taken.
async fn conflict(app: &TestApp) -> TestResponse {
    category(app, "Taken").await;
    let again = app.post("/categories").as_role(Role::Admin);
    again.json(&json!({"name": "Taken"})).send().await
}

/// A category that an article stands on is deleted.
async fn in_use(app: &TestApp) -> TestResponse {
    let used = category(app, "Used").await;
    article_with(
        app,
        &json!({"title": "A", "body": "", "category_id": used["id"]}),
    )
    .await;
    let delete = app.delete(&path_of("/categories", &used));
    delete.as_role(Role::Admin).send().await
}

async fn outdated(app: &TestApp) -> TestResponse {
    let row = article(app, "Changed").await;
    let patch = app.patch(&path_of("/articles", &row));
    let patch = patch
        .as_account(ANN, Role::Member)
        .header("if-match", "\"other\"");
    patch.json(&json!({"title": "Again"})).send().await
}

/// An article under a key.
async fn keyed(app: &TestApp, key: &str, title: &str) -> TestResponse {
    let body = json!({"title": title, "body": ""});
    let request = app.post("/articles").as_account(ANN, Role::Member);
    let request = request.header("idempotency-key", key).json(&body);
    request.send().await
}

/// The second of two requests under a key, whichever that is, while nobody lets the first one write.
async fn in_progress(app: &TestApp) -> TestResponse {
    article(app, "Before").await;
    let lock = match app.backend() {
        AnyBackend::Postgres => "LOCK TABLE articles IN EXCLUSIVE MODE",
        AnyBackend::Sqlite => "UPDATE articles SET views = views",
    };
    let held = app.db().transaction(async |connection| {
        Connection::execute(connection, Statement::new(lock)).await?;
        let two = [(); 2].map(|()| Box::pin(keyed(app, "given up", "Waits")));
        let [one, other] = two;
        Ok::<_, Error>(select(one, other).await.factor_first().0)
    });
    held.await.unwrap()
}

async fn out_of_reach(app: &TestApp) -> TestResponse {
    let token = app.token("viewer@example.com", Role::Viewer).await;
    app.db().close();
    app.get("/articles").bearer(&token).send().await
}

async fn get(app: &TestApp, path: &str) -> TestResponse {
    app.get(path).as_role(Role::Viewer).send().await
}

async fn post(app: &TestApp, content_type: &str, body: &str) -> TestResponse {
    let request = app.post("/articles").as_role(Role::Member);
    request.body(content_type, body).send().await
}

/// Sends the request that this code answers.
async fn provoke(
    Newsrooms {
        usual: app,
        hasty,
        lost,
    }: &Newsrooms,
    code: &str,
) -> TestResponse {
    let large = format!("\"{}\"", "x".repeat(2 << 20));
    match code {
        "malformed_json" => post(app, "application/json", "{").await,
        "invalid_query" => get(app, "/articles?colour=red").await,
        "invalid_cursor" => get(app, "/articles?cursor=AAAA").await,
        "invalid_path" => get(app, "/articles/1").await,
        "unsupported_grant_type" => {
            let form = "grant_type=client_credentials";
            let request = app.post("/auth/token");
            let request = request.body("application/x-www-form-urlencoded", form);
            request.send().await
        }
        "invalid_refresh_token" => stray_refresh(app).await,
        "too_many_requests" => too_many(app).await,
        "unauthenticated" => app.get("/articles").send().await,
        "invalid_credentials" => login(app).await,
        "forbidden" => app.post("/categories").as_role(Role::Member).send().await,
        "not_found" => get(app, &format!("/articles/{NOBODY}")).await,
        "method_not_allowed" => app.delete("/articles").send().await,
        "conflict" => conflict(app).await,
        "in_use" => in_use(app).await,
        "in_progress" => in_progress(app).await,
        "idempotency_mismatch" => {
            keyed(app, "kept", "Once").await.expect(201);
            keyed(app, "kept", "Twice").await
        }
        "precondition_failed" => outdated(app).await,
        "payload_too_large" => post(app, "application/json", &large).await,
        "unsupported_media_type" => post(app, "text/plain", "{}").await,
        "validation_failed" => post(app, "application/json", "{}").await,
        "internal" => get(app, "/broken").await,
        "unavailable" => out_of_reach(lost).await,
        "timeout" => get(hasty, "/slow").await,
        other => panic!("nothing provokes {other}"),
    }
}

/// The body has the members of RFC 9457 and the contract's own, and no other.
fn assert_shape(problem: &Value, status: u16) {
    let known = [
        "type",
        "title",
        "status",
        "code",
        "detail",
        "request_id",
        "errors",
    ];
    let members = problem.as_object().unwrap();
    assert!(
        members.keys().all(|name| known.contains(&&**name)),
        "{problem}"
    );
    for name in ["type", "title", "code", "detail", "request_id"] {
        assert!(
            problem[name].as_str().is_some_and(|text| !text.is_empty()),
            "{name}: {problem}"
        );
    }
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["status"], status);
    for error in members
        .get("errors")
        .map_or(&[][..], |errors| errors.as_array().unwrap())
    {
        let mut names: Vec<_> = error.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["code", "field", "message"], "{problem}");
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        assert!(
            error.as_object().unwrap().values().all(is_text),
            "{problem}"
        );
    }
}

/// The header that goes with a status.
fn header_of(status: u16) -> Option<&'static str> {
    match status {
        401 => Some("www-authenticate"),
        405 => Some("allow"),
        429 | 503 => Some("retry-after"),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_is_answered_as_the_contract_has_it() {
    for newsrooms in newsrooms().await {
        for (status, code) in CODES {
            let response = provoke(&newsrooms, code).await;
            let header = header_of(status).map(|name| response.header(name));
            assert_ne!(header, Some(None), "{code} has a header of its own");
            assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
            let length = response.text().len().to_string();
            assert_eq!(response.header("content-length"), Some(&*length), "{code}");
            let problem = response.expect_problem(status, code);
            assert_shape(&problem, status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_inside_is_not_told() {
    for app in TestApp::both(app).await {
        for path in ["/broken", "/panicking"] {
            let response = get(&app, path).await;
            assert!(!response.text().contains("canary"), "{}", response.text());
            assert_shape(&response.expect_problem(500, "internal"), 500);
        }
    }
}

#[test]
fn the_table_has_every_code() {
    for code in Code::ALL {
        let row = (code.status().as_u16(), code.as_str());
        let is_known = CODES.contains(&row) || OF_ONE_ENDPOINT.contains(&row.1);
        assert!(is_known, "{row:?} is not in the contract's table");
    }
    for (_, code) in CODES {
        assert!(
            Code::ALL.iter().any(|other| other.as_str() == code),
            "{code} is no code"
        );
    }
}
