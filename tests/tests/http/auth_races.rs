//! What happens at one instant: every race has one outcome, decided by the database.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::auth_logins::{Login, PASSWORD, enter, log_in, me, refresh, try_log_in};
use crate::common::on_both;

const ROUNDS: usize = 5;

fn statuses(responses: &[TestResponse]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for response in responses {
        *counts.entry(response.status()).or_default() += 1;
    }
    counts
}

/// Half of them reach another instance.
async fn at_once(app: &TestApp, token: &str, count: usize) -> Vec<TestResponse> {
    let other = app.another(example_app::app(), &[]);
    let refreshes = (0..count).map(|number| {
        let instance = if number % 2 == 0 { app } else { &other };
        refresh(instance, token)
    });
    join_all(refreshes).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_refreshes_with_one_token_one_wins_and_the_family_is_dead() {
    on_both(async |app| {
        enter(app, "ann@example.com").await;
        for count in [2, 2, 2, 8] {
            let login = log_in(app, "ann@example.com").await;
            let responses = at_once(app, &login.refresh, count).await;
            assert_eq!(
                statuses(&responses),
                BTreeMap::from([(200, 1), (401, count - 1)])
            );
            for response in responses {
                if response.status() == 401 {
                    response.expect_problem(401, "invalid_refresh_token");
                    continue;
                }
                let won = Login::of(response);
                refresh(app, &won.refresh)
                    .await
                    .expect_problem(401, "invalid_refresh_token");
                assert_eq!(me(app, &won.access).await, 401);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refresh_outlives_a_change_of_password() {
    on_both(async |app| {
        let mut password = PASSWORD.to_owned();
        enter(app, "ann@example.com").await;
        for round in 0..ROUNDS {
            let login = Login::of(try_log_in(app, "ann@example.com", &password).await);
            let new = format!("password of round {round}");
            let body = json!({"current_password": password, "new_password": new});
            let change = app.post("/auth/password").bearer(&login.access).json(&body);
            // Also a login with the old password, under way meanwhile.
            let (changed, refreshed, logged_in) = tokio::join!(
                change.send(),
                refresh(app, &login.refresh),
                try_log_in(app, "ann@example.com", &password)
            );
            // The refresh may have been first, and the access token with it; the session is dead all the same.
            changed.expect(204);
            for response in [refreshed, logged_in] {
                if response.status() == 200 {
                    let late = Login::of(response);
                    refresh(app, &late.refresh)
                        .await
                        .expect_problem(401, "invalid_refresh_token");
                    assert_eq!(me(app, &late.access).await, 401);
                } else {
                    response.expect(401);
                }
            }
            password = new;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_of_a_password_one_wins() {
    on_both(async |app| {
        let login = enter(app, "ann@example.com").await;
        let change = |new: &str| {
            let body = json!({"current_password": PASSWORD, "new_password": new});
            let request = app.post("/auth/password").bearer(&login.access).json(&body);
            request.send()
        };
        let words = ["the first password", "the second password"];
        let (first, second) = tokio::join!(change(words[0]), change(words[1]));
        let changed = [first.status(), second.status()];
        let mut logins = Vec::new();
        for word in words {
            logins.push(try_log_in(app, "ann@example.com", word).await.status());
        }
        let won = changed.map(|status| if status == 204 { 200 } else { 401 });
        assert_eq!(logins, won, "{changed:?}");
        assert_eq!(changed.iter().filter(|status| **status == 204).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_registrations_with_one_e_mail_one_wins() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        let spellings = [
            "ann@example.com",
            "ANN@example.com",
            "  ann@EXAMPLE.com",
            "Ann@Example.Com\t",
        ];
        let registrations = spellings.iter().cycle().take(8).enumerate();
        let registrations = registrations.map(|(number, email)| {
            let instance = if number % 2 == 0 { app } else { &other };
            let body = json!({"email": email, "password": PASSWORD});
            instance.post("/auth/register").json(&body).send()
        });
        let responses = join_all(registrations).await;
        assert_eq!(statuses(&responses), BTreeMap::from([(201, 1), (409, 7)]));
        for response in responses {
            if response.status() == 409 {
                let problem = response.expect_problem(409, "conflict");
                assert_eq!(problem["errors"][0]["field"], "email");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_from_many_sides_get_into_nobodys_way() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        let mut logins = vec![enter(app, "ann@example.com").await];
        for round in 0..3 {
            while logins.len() < 12 {
                logins.push(log_in(app, "ann@example.com").await);
            }
            let new = format!("password of round {round}");
            let ends = logins.iter().enumerate().map(|(number, login)| {
                let instance = if number % 2 == 0 { app } else { &other };
                let token = json!({"refresh_token": login.refresh});
                let change = json!({"current_password": "wrong", "new_password": new});
                let request = match number % 4 {
                    0 => instance.delete("/auth/sessions"),
                    1 => instance.post("/auth/refresh").json(&token),
                    2 => instance.post("/auth/logout").json(&token),
                    _ => instance.post("/auth/password").json(&change),
                };
                request.bearer(&login.access).send()
            });
            for response in join_all(ends).await {
                let status = response.status();
                let expected = [200, 204, 401, 429];
                assert!(expected.contains(&status), "{}", response.text());
            }
            for login in logins.drain(..) {
                assert_eq!(me(app, &login.access).await, 401);
                refresh(app, &login.refresh)
                    .await
                    .expect_problem(401, "invalid_refresh_token");
            }
        }
    })
    .await;
}
