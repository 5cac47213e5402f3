//! `PATCH` and `DELETE /users/{id}`: who may do what to whom.

use futures_util::future::join_all;
use serde_json::{Value, json};
use skeleton_runtime::auth::{Role, RoleSet as _};
use skeleton_runtime::db::Statement;
use skeleton_runtime::test_util::{TestApp, TestResponse};

use crate::auth_logins::{enter, me, refresh, try_log_in};
use crate::common::{ANN, NOBODY, article, expected, faults, on_both};

async fn path(app: &TestApp, email: &str, role: Role) -> String {
    format!("/users/{}", app.account(email, role.role()).await.id)
}

async fn patch(app: &TestApp, who: (&str, Role), path: &str, body: &Value) -> TestResponse {
    let request = app.patch(path).as_account(who.0, who.1).json(body);
    request.send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_roles_and_the_answer_is_the_row() {
    on_both(async |app| {
        let ann = path(app, ANN, Role::Member).await;
        let admin = ("admin@example.com", Role::Admin);
        let before = app.get(&ann).as_role(Role::Admin).send().await.expect(200);
        for change in [json!({}), json!({"role": "MEMBER", "disabled": false})] {
            let same = patch(app, admin, &ann, &change).await.expect(200);
            assert_eq!(same.json(), before.json());
        }
        let body = json!({"role": "ADMIN"});
        let request = app.patch(&ann).as_role(Role::Admin);
        let request = request.body("application/merge-patch+json", body.to_string());
        let changed = request.send().await.expect(200).json();
        assert_eq!(changed["role"], "ADMIN");
        assert!(changed["updated_at"].as_str() > before.json()["updated_at"].as_str());
        let read = app.get(&ann).as_role(Role::Admin).send().await.expect(200);
        assert_eq!(read.json(), changed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_above_themselves() {
    on_both(async |app| {
        let member = path(app, ANN, Role::Member).await;
        let owner = path(app, "owner@example.com", Role::Owner).await;
        path(app, "owner2@example.com", Role::Owner).await;
        let admin = ("admin@example.com", Role::Admin);
        let own = path(app, admin.0, Role::Admin).await;
        for (path, body) in [
            (&member, json!({"role": "OWNER"})),
            (&own, json!({"role": "OWNER"})),
            (&owner, json!({"role": "MEMBER"})),
            (&owner, json!({"disabled": true})),
            (&owner, json!({})),
        ] {
            patch(app, admin, path, &body)
                .await
                .expect_problem(403, "forbidden");
        }
        let delete = app.delete(&owner).as_role(Role::Admin);
        delete.send().await.expect_problem(403, "forbidden");
        for too_low in [Role::Viewer, Role::Member] {
            let request = app.patch(&member).as_role(too_low).json(&json!({}));
            let problem = request.send().await.expect_problem(403, "forbidden");
            assert_eq!(problem["detail"], "this is only for: ADMIN");
            let request = app.delete(&member).as_role(too_low);
            request.send().await.expect_problem(403, "forbidden");
        }
        // Among equals, and downwards, all is allowed.
        let other = path(app, "admin2@example.com", Role::Admin).await;
        patch(app, admin, &other, &json!({"role": "VIEWER"}))
            .await
            .expect(200);
        patch(app, admin, &own, &json!({"role": "MEMBER"}))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays() {
    on_both(async |app| {
        let owner = ("owner@example.com", Role::Owner);
        let first = path(app, owner.0, Role::Owner).await;
        for body in [
            json!({"role": "ADMIN"}),
            json!({"disabled": true}),
            json!({"role": "VIEWER", "disabled": true}),
        ] {
            patch(app, owner, &first, &body)
                .await
                .expect_problem(409, "last_owner");
        }
        let delete = app.delete(&first).as_role(Role::Owner);
        delete.send().await.expect_problem(409, "last_owner");
        // One who is disabled does not count.
        let second = path(app, "second@example.com", Role::Owner).await;
        patch(app, owner, &second, &json!({"disabled": true}))
            .await
            .expect(200);
        patch(app, owner, &first, &json!({"role": "ADMIN"}))
            .await
            .expect_problem(409, "last_owner");
        patch(app, owner, &second, &json!({"disabled": false}))
            .await
            .expect(200);
        patch(app, owner, &first, &json!({"role": "ADMIN"}))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_who_demote_each_other_leave_one() {
    on_both(async |app| {
        let other = app.another(example_app::app(), &[]);
        for round in 0..5 {
            let mut owners = Vec::new();
            for number in 0..4 {
                let email = format!("owner{round}-{number}@example.com");
                let path = path(app, &email, Role::Owner).await;
                let token = app.token(&email, Role::Owner).await;
                owners.push((path, token));
            }
            // Each demotes, disables or deletes the next one.
            let attacks = (0..owners.len()).map(|number| {
                let instance = if number % 2 == 0 { app } else { &other };
                let (path, token) = (&owners[(number + 1) % 4].0, &owners[number].1);
                let request = match number {
                    0 | 1 => instance.patch(path).json(&json!({"role": "MEMBER"})),
                    2 => instance.patch(path).json(&json!({"disabled": true})),
                    _ => instance.delete(path),
                };
                request.bearer(token).send()
            });
            for response in join_all(attacks).await {
                let status = response.status();
                assert!(
                    [200, 204, 401, 403, 409].contains(&status),
                    "{}",
                    response.text()
                );
            }
            assert!(owners_left(app).await >= 1, "round {round}");
            // For the next round these are as good as gone.
            let demoted = "UPDATE users SET role = 'VIEWER'";
            app.db().execute(Statement::new(demoted)).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_demote_each_other_one_wins() {
    on_both(async |app| {
        for round in 0..5 {
            let mut owners = Vec::new();
            for number in 0..2 {
                let email = format!("owner{round}-{number}@example.com");
                let path = path(app, &email, Role::Owner).await;
                owners.push((path, app.token(&email, Role::Owner).await));
            }
            let body = json!({"role": "ADMIN"});
            let demote = |by: usize, whom: usize| {
                let request = app.patch(&owners[whom].0).bearer(&owners[by].1);
                request.json(&body).send()
            };
            let (first, second) = tokio::join!(demote(0, 1), demote(1, 0));
            let mut statuses = [first.status(), second.status()];
            statuses.sort_unstable();
            // Whoever is late is no owner any more, and the other one the last.
            assert_eq!(statuses, [200, 403], "{} {}", first.text(), second.text());
            assert_eq!(owners_left(app).await, 1);
            let demoted = "UPDATE users SET role = 'VIEWER'";
            app.db().execute(Statement::new(demoted)).await.unwrap();
        }
    })
    .await;
}

async fn owners_left(app: &TestApp) -> usize {
    let sql = "SELECT id FROM users WHERE role = 'OWNER' AND NOT disabled";
    let owners = app.db().fetch(Statement::new(sql), |_| Ok(())).await;
    owners.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_bind_the_sessions_at_once() {
    on_both(async |app| {
        let admin = ("admin@example.com", Role::Admin);
        let login = enter(app, ANN).await;
        let ann = path(app, ANN, Role::Member).await;
        let create = async |status| {
            let body = json!({"title": "A", "body": ""});
            let request = app.post("/articles").bearer(&login.access).json(&body);
            request.send().await.expect(status);
        };
        patch(app, admin, &ann, &json!({"role": "VIEWER"}))
            .await
            .expect(200);
        create(403).await;
        patch(app, admin, &ann, &json!({"role": "MEMBER"}))
            .await
            .expect(200);
        create(201).await;
        patch(app, admin, &ann, &json!({"disabled": true}))
            .await
            .expect(200);
        assert_eq!(me(app, &login.access).await, 401);
        refresh(app, &login.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
        try_log_in(app, ANN, crate::auth_logins::PASSWORD)
            .await
            .expect_problem(401, "invalid_credentials");
        // What was ended stays so.
        patch(app, admin, &ann, &json!({"disabled": false}))
            .await
            .expect(200);
        assert_eq!(me(app, &login.access).await, 401);
        refresh(app, &login.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_deleted_unless_rows_refer_to_it() {
    on_both(async |app| {
        let login = enter(app, "bob@example.com").await;
        let bob = path(app, "bob@example.com", Role::Member).await;
        let delete = app.delete(&bob).as_role(Role::Admin).send().await;
        assert_eq!(delete.expect(204).text(), "");
        assert_eq!(me(app, &login.access).await, 401);
        refresh(app, &login.refresh)
            .await
            .expect_problem(401, "invalid_refresh_token");
        for method in ["DELETE", "PATCH"] {
            let request = app.request(method, &bob).as_role(Role::Admin);
            let request = request.json(&json!({"role": "VIEWER"}));
            request.send().await.expect_problem(404, "not_found");
        }
        article(app, "Hers").await;
        let ann = path(app, ANN, Role::Member).await;
        let delete = app.delete(&ann).as_role(Role::Admin).send().await;
        delete.expect_problem(409, "in_use");
        app.get(&ann).as_role(Role::Admin).send().await.expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_change_is_told() {
    on_both(async |app| {
        let ann = path(app, ANN, Role::Member).await;
        let admin = ("admin@example.com", Role::Admin);
        for (body, named) in [
            (
                json!({"role": 1, "disabled": "yes", "email": "x@example.com", "password_hash": "x"}),
                &[
                    ("role", "type"),
                    ("disabled", "type"),
                    ("email", "read_only"),
                    ("password_hash", "unknown"),
                ][..],
            ),
            (
                json!({"role": null, "disabled": null}),
                &[("role", "null"), ("disabled", "null")],
            ),
            (json!({"role": ["ADMIN"]}), &[("role", "type")]),
            (json!({"role": "admin"}), &[("role", "enum")]),
            (json!({"role": "EMPEROR", "disabled": true}), &[("role", "enum")]),
        ] {
            let problem = patch(app, admin, &ann, &body)
                .await
                .expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(named), "{body}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_is_wrong_is_told_as_of_any_resource() {
    on_both(async |app| {
        let ann = path(app, ANN, Role::Member).await;
        for (request, status, code) in [
            (app.patch("/users/x").json(&json!({})), 400, "invalid_path"),
            (app.delete("/users/%00"), 400, "invalid_path"),
            (
                app.patch(&format!("{ann}?force=1")).json(&json!({})),
                400,
                "invalid_query",
            ),
            (app.delete(&format!("{ann}?a&b")), 400, "invalid_query"),
            (
                app.patch(&ann).body("application/json", "{"),
                400,
                "malformed_json",
            ),
            (
                app.patch(&ann).body("text/plain", "{}"),
                415,
                "unsupported_media_type",
            ),
            (
                app.patch(&ann).header("if-match", "\"x\"").json(&json!({})),
                412,
                "precondition_failed",
            ),
            (app.delete(&format!("/users/{NOBODY}")), 404, "not_found"),
        ] {
            let response = request.as_role(Role::Admin).send().await;
            response.expect_problem(status, code);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_with_one_tag_one_wins() {
    on_both(async |app| {
        let ann = path(app, ANN, Role::Member).await;
        let read = app.get(&ann).as_role(Role::Admin).send().await.expect(200);
        let tag = read.header("etag").unwrap();
        let change = |role: &str| {
            let request = app.patch(&ann).as_role(Role::Admin);
            let request = request.header("if-match", tag);
            request.json(&json!({ "role": role })).send()
        };
        let (first, second) = tokio::join!(change("VIEWER"), change("ADMIN"));
        let mut statuses = [first.status(), second.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        let won = if first.status() == 200 { first } else { second };
        assert_ne!(won.header("etag").unwrap(), tag);
        let delete = app.delete(&ann).as_role(Role::Admin);
        let stale = delete.header("if-match", tag).send().await;
        stale.expect_problem(412, "precondition_failed");
    })
    .await;
}
