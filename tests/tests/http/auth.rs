//! `/auth`: register, token, me.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;

use crate::common::{expected, faults, on_both};

fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

#[tokio::test(flavor = "multi_thread")]
async fn register_then_log_in_then_me() {
    on_both(async |app| {
        let account = app
            .post("/auth/register")
            .json(&credentials(" Ann@Example.COM ", "a good password"))
            .send()
            .await;
        assert_eq!(account.header("cache-control"), Some("no-store"));
        let account = account.expect(201).json();
        assert_eq!(
            (&account["email"], &account["role"]),
            (&json!("ann@example.com"), &json!("MEMBER"))
        );
        assert_eq!(account.as_object().unwrap().len(), 4);

        let answer = app
            .post("/auth/token")
            .json(&credentials("ANN@example.com", "a good password"))
            .send()
            .await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let answer = answer.expect(200).json();
        assert_eq!(
            (&answer["token_type"], &answer["expires_in"]),
            (&json!("Bearer"), &json!(900))
        );
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(
            app.get("/auth/me")
                .bearer(token)
                .send()
                .await
                .expect(200)
                .json(),
            account
        );
        app.get("/articles").bearer(token).send().await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_is_taken_once() {
    on_both(async |app| {
        app.post("/auth/register")
            .json(&credentials("a@example.com", "first password"))
            .send()
            .await
            .expect(201);
        let again = app
            .post("/auth/register")
            .json(&credentials("A@EXAMPLE.com ", "other password"))
            .send()
            .await;
        assert_eq!(
            faults(&again.expect_problem(409, "conflict")),
            expected(&[("email", "unique")])
        );
        app.post("/auth/token")
            .json(&credentials("a@example.com", "first password"))
            .send()
            .await
            .expect(200);
        let other = app
            .post("/auth/token")
            .json(&credentials("a@example.com", "other password"))
            .send()
            .await;
        other.expect_problem(401, "invalid_credentials");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_for_whoever_fails_to_log_in() {
    on_both(async |app| {
        app.post("/auth/register")
            .json(&credentials("a@example.com", "first password"))
            .send()
            .await
            .expect(201);
        app.account(
            "bare@example.com",
            skeleton_runtime::auth::RoleSet::role(Role::Member),
        )
        .await;
        let mut answers = Vec::new();
        for (email, password) in [
            ("a@example.com", "wrong password"),
            ("b@example.com", "wrong password"),
            ("bare@example.com", "wrong password"),
        ] {
            let response = app
                .post("/auth/token")
                .json(&credentials(email, password))
                .send()
                .await;
            let mut problem = response.expect_problem(401, "invalid_credentials");
            problem["request_id"] = Value::Null;
            answers.push(problem);
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_credentials_comes_at_once() {
    on_both(async |app| {
        let body = json!({"email": "no e-mail", "password": "short", "role": "OWNER"});
        let problem = app
            .post("/auth/register")
            .json(&body)
            .send()
            .await
            .expect_problem(422, "validation_failed");
        let fields: Vec<_> = faults(&problem)
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(fields, ["email", "password", "role"]);
        for path in ["/auth/register", "/auth/token"] {
            app.post(path)
                .json(&json!({}))
                .send()
                .await
                .expect_problem(422, "validation_failed");
            app.post(path)
                .body("application/json", "{")
                .send()
                .await
                .expect_problem(400, "malformed_json");
            app.post(path)
                .body("text/plain", "{}")
                .send()
                .await
                .expect_problem(415, "unsupported_media_type");
        }
    })
    .await;
}
