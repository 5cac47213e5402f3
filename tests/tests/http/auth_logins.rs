//! What the tests of accounts share: to register, to log in, to refresh; and the form at `/auth/token`.

use serde_json::{Value, json};
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::common::{expected, faults, on_both, on_both_with};

pub(crate) const PASSWORD: &str = "seven wild geese";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// What a login gave.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Login {
    pub(crate) fn of(response: TestResponse) -> Self {
        let answer = response.expect(200).json();
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        assert_eq!(
            (&answer["token_type"], answer.as_object().unwrap().len()),
            (&json!("Bearer"), 4)
        );
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

pub(crate) async fn register(app: &TestApp, email: &str) -> Value {
    let body = json!({"email": email, "password": PASSWORD});
    let response = app.post("/auth/register").json(&body).send().await;
    response.expect(201).json()
}

pub(crate) async fn try_log_in(app: &TestApp, email: &str, password: &str) -> TestResponse {
    let body = json!({"email": email, "password": password});
    app.post("/auth/token").json(&body).send().await
}

pub(crate) async fn log_in(app: &TestApp, email: &str) -> Login {
    Login::of(try_log_in(app, email, PASSWORD).await)
}

/// Registers and logs in.
pub(crate) async fn enter(app: &TestApp, email: &str) -> Login {
    register(app, email).await;
    log_in(app, email).await
}

pub(crate) async fn refresh(app: &TestApp, token: &str) -> TestResponse {
    let body = json!({"refresh_token": token});
    app.post("/auth/refresh").json(&body).send().await
}

pub(crate) async fn me(app: &TestApp, access: &str) -> u16 {
    app.get("/auth/me").bearer(access).send().await.status()
}

async fn form(app: &TestApp, body: &str) -> TestResponse {
    app.post("/auth/token").body(FORM, body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_logs_in_and_refreshes() {
    on_both(async |app| {
        register(app, "ann+1@example.com").await;
        let body = "grant_type=password&username=ann%2B1%40example.com&password=seven+wild%20geese&scope=&client_id=x";
        let login = Login::of(form(app, body).await);
        assert_eq!(me(app, &login.access).await, 200);
        let body = format!("grant_type=refresh_token&refresh_token={}", login.refresh);
        let refreshed = Login::of(form(app, &body).await);
        assert_eq!(me(app, &refreshed.access).await, 200);
        form(app, &body)
            .await
            .expect_problem(401, "invalid_refresh_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_form_is_told() {
    on_both(async |app| {
        for grant in ["authorization_code", "client_credentials", "", "Password"] {
            form(app, &format!("grant_type={grant}&username=a&password=b"))
                .await
                .expect_problem(400, "unsupported_grant_type");
        }
        for (body, named) in [
            ("", &[("grant_type", "required")][..]),
            (
                "grant_type=password",
                &[("username", "required"), ("password", "required")],
            ),
            (
                "grant_type=password&username=%ff&password=%00",
                &[("username", "text"), ("password", "text")],
            ),
            ("grant_type=refresh_token", &[("refresh_token", "required")]),
            (
                "grant_type=refresh_token&refresh_token=a&refresh_token=b",
                &[("refresh_token", "duplicate")],
            ),
        ] {
            let problem = form(app, body)
                .await
                .expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(named), "{body}");
        }
        form(app, "grant_type=password&username=nobody&password=b")
            .await
            .expect_problem(401, "invalid_credentials");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_can_be_switched_off() {
    on_both_with(&[("AUTH_PASSWORD_GRANT", "false")], async |app| {
        let login = enter(app, "ann@example.com").await;
        for body in [
            format!("grant_type=password&username=ann%40example.com&password={PASSWORD}"),
            format!("grant_type=refresh_token&refresh_token={}", login.refresh),
        ] {
            form(app, &body)
                .await
                .expect_problem(400, "unsupported_grant_type");
        }
        Login::of(refresh(app, &login.refresh).await);
    })
    .await;
}
