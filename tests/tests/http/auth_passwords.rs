//! Passwords: which are taken, and how.

use serde_json::json;

use crate::auth_logins::{Login, PASSWORD, enter, try_log_in};
use crate::common::{expected, faults, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn the_commonest_are_refused() {
    on_both(async |app| {
        let login = enter(app, "ann@example.com").await;
        for common in ["password", "12345678", "PASSWORD", "qwertyuiop", "iloveyou"] {
            let body = json!({"email": "bob@example.com", "password": common});
            let response = app.post("/auth/register").json(&body).send().await;
            let problem = response.expect_problem(422, "validation_failed");
            assert_eq!(
                faults(&problem),
                expected(&[("password", "common")]),
                "{common}"
            );
            let body = json!({"current_password": PASSWORD, "new_password": common});
            let request = app.post("/auth/password").bearer(&login.access);
            let problem = request.json(&body).send().await;
            let problem = problem.expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&[("new_password", "common")]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_taken_as_sent() {
    on_both(async |app| {
        // Composed and not, with blanks on either side, as long as can be.
        let passwords = [
            " caf\u{e9} au lait ".to_owned(),
            " cafe\u{301} au lait ".to_owned(),
            "        ".to_owned(),
            "é".repeat(128),
            "🦀".repeat(128),
        ];
        for (number, password) in passwords.iter().enumerate() {
            let email = format!("{number}@example.com");
            let body = json!({"email": email, "password": password});
            let response = app.post("/auth/register").json(&body).send().await;
            response.expect(201);
            for other in &passwords {
                let response = try_log_in(app, &email, other).await;
                if other == password {
                    Login::of(response);
                } else {
                    response.expect_problem(401, "invalid_credentials");
                }
            }
            let trimmed = try_log_in(app, &email, password.trim()).await;
            let expected = if password.trim() == password {
                200
            } else {
                401
            };
            trimmed.expect(expected);
        }
        for (password, is_taken) in [
            ("é".repeat(7), false),
            ("é".repeat(8), true),
            ("é".repeat(129), false),
        ] {
            let email = format!("{}@example.com", password.len());
            let body = json!({"email": email, "password": password});
            let response = app.post("/auth/register").json(&body).send().await;
            response.expect(if is_taken { 201 } else { 422 });
        }
    })
    .await;
}
