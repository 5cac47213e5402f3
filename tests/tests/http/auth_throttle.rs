//! How often one may try.

use std::collections::BTreeMap;
use std::net::IpAddr;

use futures_util::future::join_all;
use serde_json::json;
use skeleton_runtime::db::Statement;
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::auth_logins::{FORM, Login, PASSWORD, enter, log_in, refresh, register, try_log_in};
use crate::common::{on_both, on_both_with};

const ANN: &str = "ann@example.com";
const WRONG: &str = "wrong password";

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn log_in_from(app: &TestApp, from: &str, email: &str, password: &str) -> TestResponse {
    let body = json!({"email": email, "password": password});
    let request = app.post("/auth/token").from_address(address(from));
    request.json(&body).send().await
}

#[track_caller]
fn too_many(response: TestResponse) {
    let wait = response.header("retry-after").map(str::to_owned);
    let wait: u64 = wait.unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(response.header("cache-control"), Some("no-store"));
    response.expect_problem(429, "too_many_requests");
}

async fn counters(app: &TestApp) -> usize {
    let rows = app
        .db()
        .fetch(
            Statement::new("SELECT count FROM auth_counters"),
            |_| Ok(()),
        )
        .await;
    rows.unwrap().len()
}

/// As if the minute was over.
async fn a_minute_later(app: &TestApp) {
    let past = skeleton_runtime::db::Value::Timestamp(skeleton_runtime::prelude::Utc::now());
    let ended = Statement::new("UPDATE auth_counters SET ends_at = $1").bind(past);
    app.db().execute(ended).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_logins_of_an_e_mail_may_fail() {
    on_both(async |app| {
        register(app, ANN).await;
        register(app, "bob@example.com").await;
        for email in ["ann@example.com", " ANN@Example.com "].repeat(5) {
            try_log_in(app, email, WRONG)
                .await
                .expect_problem(401, "invalid_credentials");
        }
        // Nor the right password, nor by the form; but somebody else.
        too_many(try_log_in(app, ANN, WRONG).await);
        too_many(try_log_in(app, "Ann@example.com", PASSWORD).await);
        let form = "grant_type=password&username=ann%40example.com&password=x";
        too_many(app.post("/auth/token").body(FORM, form).send().await);
        log_in(app, "bob@example.com").await;
        for _ in 0..10 {
            try_log_in(app, "nobody@example.com", WRONG)
                .await
                .expect(401);
        }
        too_many(try_log_in(app, "nobody@example.com", WRONG).await);
        a_minute_later(app).await;
        try_log_in(app, ANN, WRONG).await.expect(401);
        log_in(app, ANN).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn success_forgets_the_failures_and_writes_nothing_without_them() {
    on_both(async |app| {
        register(app, ANN).await;
        log_in(app, ANN).await;
        assert_eq!(counters(app).await, 0);
        for _ in 0..3 {
            for _ in 0..9 {
                try_log_in(app, ANN, WRONG).await.expect(401);
            }
            log_in(app, ANN).await;
            assert_eq!(counters(app).await, 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_count_together() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        register(app, ANN).await;
        for number in 0..10 {
            let instance = if number % 2 == 0 { app } else { &other };
            try_log_in(instance, ANN, WRONG).await.expect(401);
        }
        too_many(try_log_in(app, ANN, PASSWORD).await);
        too_many(try_log_in(&other, ANN, PASSWORD).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_gets_no_further() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        register(app, ANN).await;
        let burst = (0..40).map(|number| {
            let instance = if number % 2 == 0 { app } else { &other };
            try_log_in(instance, ANN, WRONG)
        });
        let mut counts = BTreeMap::new();
        for response in join_all(burst).await {
            *counts.entry(response.status()).or_insert(0) += 1;
        }
        assert_eq!(counts, BTreeMap::from([(401, 10), (429, 30)]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_a_limit_of_its_own() {
    let settings = [
        ("AUTH_LOGIN_LIMIT_PER_ADDRESS", "3"),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
    ];
    on_both_with(&settings, async |app| {
        register(app, ANN).await;
        for number in 0..3 {
            let email = format!("{number}@example.com");
            log_in_from(app, "192.0.2.1", &email, WRONG)
                .await
                .expect(401);
        }
        too_many(log_in_from(app, "192.0.2.1", ANN, PASSWORD).await);
        Login::of(log_in_from(app, "192.0.2.2", ANN, PASSWORD).await);
        // An address of the client's own invention changes nothing, a proxy's word does.
        let body = json!({"email": ANN, "password": PASSWORD});
        let from = |peer: &str, forwarded: &str| {
            let request = app.post("/auth/token").from_address(address(peer));
            request.header("x-forwarded-for", forwarded).json(&body)
        };
        too_many(from("192.0.2.1", "192.0.2.9").send().await);
        too_many(from("10.0.0.1", "192.0.2.1").send().await);
        too_many(from("10.0.0.1", "192.0.2.9, 192.0.2.1").send().await);
        let login = Login::of(from("10.0.0.1", "192.0.2.1, 192.0.2.9").send().await);
        let listed = app.get("/auth/sessions").bearer(&login.access).send().await;
        assert_eq!(listed.json()["items"][0]["address"], "192.0.2.9");
        // A success does not forget the failures of an address.
        too_many(log_in_from(app, "192.0.2.1", ANN, PASSWORD).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_and_refreshing_have_limits() {
    let settings = [
        ("AUTH_REGISTER_LIMIT_PER_ADDRESS", "2"),
        ("AUTH_REFRESH_LIMIT_PER_ADDRESS", "3"),
    ];
    on_both_with(&settings, async |app| {
        let register_from = async |from: &str, email: &str| {
            let body = json!({"email": email, "password": PASSWORD});
            let request = app.post("/auth/register").from_address(address(from));
            request.json(&body).send().await
        };
        register_from("2001:db8::1", ANN).await.expect(201);
        register_from("2001:db8::2", ANN).await.expect(409);
        // One network, whichever address of it.
        too_many(register_from("2001:db8::3", "bob@example.com").await);
        register_from("2001:db8:0:1::3", "bob@example.com")
            .await
            .expect(201);

        let mut login = log_in(app, ANN).await;
        let refresh_from = async |from: &str, token: &str| {
            let body = json!({"refresh_token": token});
            let request = app.post("/auth/refresh").from_address(address(from));
            request.json(&body).send().await
        };
        for _ in 0..2 {
            login = Login::of(refresh_from("192.0.2.1", &login.refresh).await);
        }
        refresh_from("192.0.2.1", "x").await.expect(401);
        too_many(refresh_from("192.0.2.1", &login.refresh).await);
        // What was refused for the limit is not spent.
        Login::of(refresh(app, &login.refresh).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_current_password_counts_as_a_failed_login() {
    on_both(async |app| {
        let login = enter(app, ANN).await;
        let change = async |current: &str| {
            let body = json!({"current_password": current, "new_password": "another fine word"});
            let request = app.post("/auth/password").bearer(&login.access).json(&body);
            request.send().await
        };
        for _ in 0..10 {
            change(WRONG)
                .await
                .expect_problem(401, "invalid_credentials");
        }
        too_many(change(PASSWORD).await);
        too_many(try_log_in(app, ANN, PASSWORD).await);
        a_minute_later(app).await;
        change(PASSWORD).await.expect(204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zero_switches_a_limit_off() {
    let settings = [
        ("AUTH_LOGIN_LIMIT_PER_EMAIL", "0"),
        ("AUTH_LOGIN_LIMIT_PER_ADDRESS", "0"),
    ];
    on_both_with(&settings, async |app| {
        register(app, ANN).await;
        for _ in 0..15 {
            log_in_from(app, "192.0.2.1", ANN, WRONG).await.expect(401);
        }
        log_in_from(app, "192.0.2.1", ANN, PASSWORD)
            .await
            .expect(200);
        assert_eq!(counters(app).await, 0);
    })
    .await;
}
