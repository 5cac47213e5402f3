//! The first account of the highest role, made with a token from the log.

use futures_util::future::join_all;
use serde_json::{Value as JsonValue, json};
use skeleton_runtime::auth::{Authenticator, Role, RoleSet as _};
use skeleton_runtime::axum::extract::FromRef as _;
use skeleton_runtime::db::{Statement, Value};
use skeleton_runtime::prelude::DateTime;
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::common::{on_both, on_both_with};

const PASSWORD: &str = "seven wild geese";

fn authenticator(app: &TestApp) -> Authenticator {
    Authenticator::from_ref(app.service().state())
}

async fn token(app: &TestApp) -> String {
    let token = authenticator(app).begin_setup().await.unwrap();
    token.expect("there is no owner").into_exposed()
}

async fn set_up(app: &TestApp, token: &str, email: &str) -> TestResponse {
    let body = json!({ "token": token, "email": email, "password": PASSWORD });
    app.post("/auth/setup").json(&body).send().await
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let count = Statement::new(format!("SELECT count(*) FROM {table}"));
    let counts = app
        .db()
        .fetch(count, |row| row.raw(0)?.ok_or("NULL")?.as_i64());
    counts.await.unwrap()[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_makes_one_owner() {
    on_both(async |app| {
        let token = token(app).await;
        let made = set_up(app, &token, " Own@Example.com ").await.expect(201);
        assert_eq!(made.header("cache-control"), Some("no-store"));
        let made = made.json();
        assert_eq!(
            (&made["email"], &made["role"]),
            (&json!("own@example.com"), &json!("OWNER"))
        );
        let body = json!({ "email": "own@example.com", "password": PASSWORD });
        app.post("/auth/token").json(&body).send().await.expect(200);
        let refused = set_up(app, &token, "two@example.com").await;
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        refused.expect_problem(401, "invalid_credentials");
        assert!(authenticator(app).begin_setup().await.unwrap().is_none());
        assert_eq!(
            (
                count(app, "users").await,
                count(app, "auth_setup_tokens").await
            ),
            (1, 0)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_among_what_happens_to_accounts() {
    let settings = [("AUTH_REGISTER_LIMIT_PER_ADDRESS", "1")];
    on_both_with(&settings, async |app| {
        let token = token(app).await;
        let set_up_from_one = async |email: &str| {
            let body = json!({ "token": token, "email": email, "password": PASSWORD });
            let request = app
                .post("/auth/setup")
                .from_address("192.0.2.1".parse().unwrap());
            request.json(&body).send().await
        };
        set_up_from_one("own@example.com").await.expect(201);
        let second = set_up_from_one("two@example.com").await;
        second.expect_problem(429, "too_many_requests");
        let text = app.get("/metrics").send().await.expect(200).text();
        for event in ["registered", "throttled"] {
            let line = format!("auth_events_total{{event=\"{event}\"}} 1");
            assert!(text.contains(&line), "{line} is not in:\n{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_one_instant_one_becomes_the_owner() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        // Each instance that started has told a token of its own.
        let tokens = join_all((0..4).map(|_| token(app))).await;
        let tries = (0..12).map(|number| {
            let instance = if number % 2 == 0 { app } else { &other };
            let token = &tokens[number % tokens.len()];
            async move { set_up(instance, token, &format!("own{number}@example.com")).await }
        });
        let mut made = 0;
        for answer in join_all(tries).await {
            if answer.status() == 201 {
                made += 1;
            } else {
                answer.expect_problem(401, "invalid_credentials");
            }
        }
        assert_eq!((made, count(app, "users").await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_makes_nothing() {
    on_both(async |app| {
        let token = token(app).await;
        let past = Statement::new("UPDATE auth_setup_tokens SET expires_at = $1");
        let past = past.bind(Value::Timestamp(DateTime::UNIX_EPOCH));
        app.db().execute(past).await.unwrap();
        let long = "A".repeat(100_000);
        for sent in [token.as_str(), "", "x", &token[1..], &long] {
            let answer = set_up(app, sent, "own@example.com").await;
            answer.expect_problem(401, "invalid_credentials");
        }
        assert_eq!(count(app, "users").await, 0);
        // What has expired is cleared away with the rest.
        assert_eq!(authenticator(app).clear_expired().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_made_meanwhile_ends_it_even_one_that_is_locked_out() {
    on_both(async |app| {
        let token = token(app).await;
        let owner = app.account("first@example.com", Role::Owner.role()).await;
        let lock = Statement::new("UPDATE users SET disabled = $1 WHERE id = $2");
        let lock = lock.bind(Value::Bool(true)).bind(Value::Uuid(owner.id));
        app.db().execute(lock).await.unwrap();
        set_up(app, &token, "own@example.com")
            .await
            .expect_problem(401, "invalid_credentials");
        assert!(authenticator(app).begin_setup().await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_outlives_what_went_wrong_otherwise() {
    on_both(async |app| {
        app.account("ann@example.com", Role::Member.role()).await;
        let token = token(app).await;
        set_up(app, &token, "ANN@example.com")
            .await
            .expect_problem(409, "conflict");
        let bad = [
            (json!({}), vec!["token", "email", "password"]),
            (
                json!({ "token": token, "email": "own", "password": "password", "role": "OWNER" }),
                vec!["role", "email", "password"],
            ),
            (
                json!({ "token": 1, "email": "own@example.com", "password": PASSWORD }),
                vec!["token"],
            ),
        ];
        for (body, fields) in bad {
            let answer = app.post("/auth/setup").json(&body).send().await;
            let problem = answer.expect_problem(422, "validation_failed");
            let errors = problem["errors"].as_array().unwrap().iter();
            let found: Vec<_> = errors
                .map(|error| error["field"].as_str().unwrap())
                .collect();
            assert_eq!(found, fields, "{body}");
        }
        set_up(app, &token, "own@example.com").await.expect(201);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_link_lets_no_foreign_script_run() {
    on_both(async |app| {
        let page = app.get("/setup").send().await.expect(200);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'"), "{policy}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert!(page.text().contains("src=\"setup/start.js\""));
        let script = app.get("/setup/start.js").send().await.expect(200);
        assert!(
            script
                .header("content-type")
                .unwrap()
                .starts_with("text/javascript")
        );
        // It is the fragment that it reads, which no request has.
        assert!(script.text().contains("location.hash"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_tells_of_it() {
    on_both(async |app| {
        let document: JsonValue = app.get("/openapi.json").send().await.expect(200).json();
        let operation = &document["paths"]["/auth/setup"]["post"];
        assert_eq!(operation["operationId"], "set_up");
        for status in ["201", "401", "409", "422", "429"] {
            assert!(operation["responses"][status].is_object(), "{status}");
        }
    })
    .await;
}
