//! Sessions: refreshed, listed, ended.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use skeleton_runtime::auth::{Authenticator, Role};
use skeleton_runtime::axum::extract::FromRef as _;
use skeleton_runtime::db::{Statement, Value as Bind};
use skeleton_runtime::test_util::TestApp;

use crate::auth_logins::{Login, PASSWORD, enter, log_in, me, refresh, register, try_log_in};
use crate::common::{NOBODY, expected, faults, on_both, on_both_with};

async fn execute(app: &TestApp, sql: &'static str) -> usize {
    app.db().execute(Statement::new(sql)).await.unwrap()
}

/// The payload of a token.
fn claims(access: &str) -> Value {
    let payload = access.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn sessions(app: &TestApp, access: &str) -> Vec<Value> {
    let response = app.get("/auth/sessions").bearer(access).send().await;
    let answer = response.expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_for_one_refresh() {
    on_both(async |app| {
        let first = enter(app, "ann@example.com").await;
        let second = Login::of(refresh(app, &first.refresh).await);
        assert_ne!(first.refresh, second.refresh);
        assert_eq!(claims(&first.access)["sid"], claims(&second.access)["sid"]);
        assert_ne!(claims(&first.access)["jti"], claims(&second.access)["jti"]);
        for access in [&first.access, &second.access] {
            assert_eq!(me(app, access).await, 200);
        }
        let other = log_in(app, "ann@example.com").await;

        let reused = refresh(app, &first.refresh).await;
        assert_eq!(reused.header("www-authenticate"), Some("Bearer"));
        assert_eq!(reused.header("cache-control"), Some("no-store"));
        reused.expect_problem(401, "invalid_refresh_token");
        refresh(app, &second.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
        for access in [&first.access, &second.access] {
            assert_eq!(me(app, access).await, 401);
        }
        // Another login of the same account is another family.
        assert_eq!(me(app, &other.access).await, 200);
        Login::of(refresh(app, &other.refresh).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused() {
    on_both(async |app| {
        let login = enter(app, "ann@example.com").await;
        let unknown = "A".repeat(43);
        let doubled = format!("{0}{0}", login.refresh);
        for token in [
            "",
            "x",
            &unknown,
            &login.access,
            &doubled,
            &format!(" {}", login.refresh),
            &"é".repeat(43),
            &"A".repeat(100_000),
        ] {
            refresh(app, token)
                .await
                .expect_problem(401, "invalid_refresh_token");
        }
        for (body, named) in [
            (json!({}), &[("refresh_token", "required")][..]),
            (json!({"refresh_token": 1}), &[("refresh_token", "type")]),
            (
                json!({"refresh_token": "a\u{0}", "x": 1}),
                &[("refresh_token", "text"), ("x", "unknown")],
            ),
        ] {
            for path in ["/auth/refresh", "/auth/logout"] {
                let response = app.post(path).json(&body).send().await;
                let problem = response.expect_problem(422, "validation_failed");
                assert_eq!(faults(&problem), expected(named), "{path} {body}");
            }
        }
        Login::of(refresh(app, &login.refresh).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_ends_at_its_age_however_often_it_was_refreshed() {
    on_both(async |app| {
        let login = enter(app, "ann@example.com").await;
        let login = Login::of(refresh(app, &login.refresh).await);
        let listed = sessions(app, &login.access).await;
        let (created, expires) = (&listed[0]["created_at"], &listed[0]["expires_at"]);
        let date = |time: &Value| time.as_str().unwrap()[..10].to_owned();
        assert_ne!(date(created), date(expires));
        let now = skeleton_runtime::prelude::Utc::now();
        let ended = Statement::new("UPDATE auth_sessions SET expires_at = $1");
        app.db()
            .execute(ended.bind(Bind::Timestamp(now)))
            .await
            .unwrap();
        refresh(app, &login.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
        // Another instance has nothing in its cache.
        let other = app.another(example_app::app(), &[]);
        assert_eq!(me(&other, &login.access).await, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lifetimes_are_settings() {
    let settings = [("REFRESH_TOKEN_DAYS", "2"), ("ACCESS_TOKEN_MINUTES", "1")];
    on_both_with(&settings, async |app| {
        register(app, "ann@example.com").await;
        let answer = try_log_in(app, "ann@example.com", PASSWORD)
            .await
            .expect(200)
            .json();
        assert_eq!(answer["expires_in"], 60);
        let listed = sessions(app, answer["access_token"].as_str().unwrap()).await;
        let day = |name: &str| {
            let time = listed[0][name].as_str().unwrap();
            time.parse::<skeleton_runtime::prelude::DateTime<skeleton_runtime::prelude::Utc>>()
                .unwrap()
        };
        assert_eq!((day("expires_at") - day("created_at")).num_hours(), 48);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_family_and_always_answers_204() {
    on_both(async |app| {
        let first = enter(app, "ann@example.com").await;
        let second = Login::of(refresh(app, &first.refresh).await);
        // A spent token tells the family as well as the last one.
        for token in [&first.refresh, &second.refresh, &"A".repeat(43), "x"] {
            let body = json!({"refresh_token": token});
            let response = app.post("/auth/logout").json(&body).send().await;
            assert_eq!(response.header("cache-control"), Some("no-store"));
            assert_eq!(response.expect(204).text(), "");
            assert_eq!(me(app, &second.access).await, 401);
        }
        refresh(app, &second.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_sessions_are_listed_and_ended() {
    on_both(async |app| {
        register(app, "ann@example.com").await;
        let body = json!({"email": "ann@example.com", "password": PASSWORD});
        let phone = app.post("/auth/token").json(&body);
        let phone = Login::of(phone.header("user-agent", "phone/1").send().await);
        let laptop = log_in(app, "ann@example.com").await;
        let bob = enter(app, "bob@example.com").await;

        let listed = sessions(app, &laptop.access).await;
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0]["id"], claims(&laptop.access)["sid"]);
        assert_eq!(
            (&listed[0]["current"], &listed[1]["current"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(listed[1]["user_agent"], "phone/1");
        assert_eq!(listed[1]["address"], Value::Null);
        assert_eq!(listed[1].as_object().unwrap().len(), 7);

        let path = format!("/auth/sessions/{}", listed[1]["id"].as_str().unwrap());
        // It is Ann's, so to Bob there is none.
        let response = app.delete(&path).bearer(&bob.access).send().await;
        response.expect_problem(404, "not_found");
        assert_eq!(me(app, &phone.access).await, 200);
        let response = app.delete(&path).bearer(&laptop.access).send().await;
        assert_eq!(response.expect(204).text(), "");
        assert_eq!(me(app, &phone.access).await, 401);
        refresh(app, &phone.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
        for (path, status, code) in [
            (path.as_str(), 404, "not_found"),
            (&format!("/auth/sessions/{NOBODY}"), 404, "not_found"),
            ("/auth/sessions/x", 400, "invalid_path"),
            ("/auth/sessions/%00", 400, "invalid_path"),
            ("/auth/sessions/%ff", 400, "invalid_path"),
        ] {
            let response = app.delete(path).bearer(&laptop.access).send().await;
            response.expect_problem(status, code);
        }

        let all = app.delete("/auth/sessions").bearer(&laptop.access);
        all.send().await.expect(204);
        assert_eq!(me(app, &laptop.access).await, 401);
        assert_eq!(sessions(app, &bob.access).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_sessions() {
    on_both(async |app| {
        let one = enter(app, "ann@example.com").await;
        let two = log_in(app, "ann@example.com").await;
        let bob = enter(app, "bob@example.com").await;
        let change = async |body: &Value| {
            let request = app.post("/auth/password").bearer(&one.access).json(body);
            request.send().await
        };
        let wrong = json!({"current_password": "wrong", "new_password": "another fine word"});
        let response = change(&wrong).await;
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        response.expect_problem(401, "invalid_credentials");
        let problem = change(&json!({"new_password": "short", "email": "x"}))
            .await
            .expect_problem(422, "validation_failed");
        assert_eq!(
            faults(&problem),
            expected(&[
                ("current_password", "required"),
                ("email", "unknown"),
                ("new_password", "length")
            ])
        );
        assert_eq!(me(app, &two.access).await, 200);

        let right = json!({"current_password": PASSWORD, "new_password": "another fine word"});
        assert_eq!(change(&right).await.expect(204).text(), "");
        for login in [&one, &two] {
            assert_eq!(me(app, &login.access).await, 401);
            refresh(app, &login.refresh)
                .await
                .expect_problem(401, "invalid_refresh_token");
        }
        assert_eq!(me(app, &bob.access).await, 200);
        try_log_in(app, "ann@example.com", PASSWORD)
            .await
            .expect_problem(401, "invalid_credentials");
        Login::of(try_log_in(app, "ann@example.com", "another fine word").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_instance_does_binds_within_the_age_of_the_cache() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        let login = enter(app, "ann@example.com").await;
        // The other instance learns of the session only now that it has ended.
        let body = json!({"refresh_token": login.refresh});
        app.post("/auth/logout")
            .json(&body)
            .send()
            .await
            .expect(204);
        assert_eq!(me(&other, &login.access).await, 401);

        // What was cached while it held is forgotten in time.
        let login = log_in(app, "ann@example.com").await;
        assert_eq!(me(&other, &login.access).await, 200);
        execute(app, "UPDATE users SET disabled = NOT disabled").await;
        let began = std::time::Instant::now();
        while me(&other, &login.access).await == 200 {
            // It is forgotten after five seconds; the others are for a busy machine.
            assert!(began.elapsed().as_secs() < 20, "still accepted");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        refresh(&other, &login.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lower_of_token_and_account_decides() {
    on_both(async |app| {
        let body = json!({"name": "News"});
        let create = async |access: &str| {
            let request = app.post("/categories").bearer(access).json(&body);
            request.send().await.status()
        };
        let login = enter(app, "ann@example.com").await;
        assert_eq!(create(&login.access).await, 403);
        // Promoted: the old token stays what it was, a refreshed one says more.
        execute(app, "UPDATE users SET role = 'ADMIN'").await;
        let other = app.another(example_app::app(), &[]);
        let request = other.post("/categories").bearer(&login.access).json(&body);
        request.send().await.expect_problem(403, "forbidden");
        let login = Login::of(refresh(app, &login.refresh).await);
        let request = other.post("/categories").bearer(&login.access).json(&body);
        request.send().await.expect(201);
        // Demoted: the token says more than the account.
        execute(app, "UPDATE users SET role = 'VIEWER'").await;
        let third = app.another(example_app::app(), &[]);
        let article = json!({"title": "A", "body": ""});
        let request = third.post("/articles").bearer(&login.access).json(&article);
        request.send().await.expect_problem(403, "forbidden");
        let request = third.get("/articles").bearer(&login.access);
        request.send().await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_cleared_away() {
    on_both(async |app| {
        let authenticator = Authenticator::from_ref(app.service().state());
        let old = enter(app, "ann@example.com").await;
        try_log_in(app, "nobody@example.com", PASSWORD)
            .await
            .expect(401);
        assert_eq!(authenticator.clear_expired().await.unwrap(), 0);
        let past = Bind::Timestamp(skeleton_runtime::prelude::Utc::now());
        for sql in [
            "UPDATE auth_sessions SET expires_at = $1",
            "UPDATE auth_counters SET ends_at = $1",
        ] {
            let expired = Statement::new(sql).bind(past.clone());
            assert_eq!(app.db().execute(expired).await.unwrap(), 1);
        }
        let new = log_in(app, "ann@example.com").await;
        assert_eq!(authenticator.clear_expired().await.unwrap(), 2);
        let tokens = "SELECT session_id FROM auth_refresh_tokens";
        let left = app.db().fetch(Statement::new(tokens), |_| Ok(())).await;
        assert_eq!(left.unwrap().len(), 1);
        assert_eq!(me(app, &new.access).await, 200);
        refresh(app, &old.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hashes_are_stored() {
    on_both(async |app| {
        let login = enter(app, "ann@example.com").await;
        let mut hashes = app
            .db()
            .fetch(
                Statement::new("SELECT hash FROM auth_refresh_tokens"),
                |row| row.raw(0)?.unwrap().as_bytes().map(<[u8]>::to_vec),
            )
            .await
            .unwrap();
        assert_eq!((hashes.len(), hashes[0].len()), (1, 32));
        let hash = hashes.pop().unwrap();
        assert!(!String::from_utf8_lossy(&hash).contains(&login.refresh));
        app.token("ann@example.com", Role::Member).await;
        assert_eq!(sessions(app, &login.access).await.len(), 2);
    })
    .await;
}
