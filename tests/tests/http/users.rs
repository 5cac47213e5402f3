//! `/users`: accounts as a resource of the kit's own.

use serde_json::json;
use skeleton_runtime::auth::Role;

use crate::common::{NOBODY, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn admins_read_accounts_without_hashes() {
    on_both(async |app| {
        let credentials = json!({"email": "new@example.com", "password": "canary password"});
        let account = app
            .post("/auth/register")
            .json(&credentials)
            .send()
            .await
            .expect(201)
            .json();
        let list = app
            .get("/users?email=new@example.com")
            .as_role(Role::Admin)
            .send()
            .await
            .expect(200);
        assert!(
            !list.text().contains("argon2") && !list.text().contains("hash"),
            "{}",
            list.text()
        );
        let items = list.json()["items"].clone();
        assert_eq!(items.as_array().map(Vec::len), Some(1));
        assert_eq!(
            (&items[0]["id"], &items[0]["role"]),
            (&account["id"], &json!("MEMBER"))
        );
        let path = format!("/users/{}", account["id"].as_str().unwrap());
        assert_eq!(
            app.get(&path)
                .as_role(Role::Owner)
                .send()
                .await
                .expect(200)
                .json(),
            items[0]
        );
        app.get(&format!("/users/{NOBODY}"))
            .as_role(Role::Admin)
            .send()
            .await
            .expect_problem(404, "not_found");
        app.get("/users")
            .as_role(Role::Member)
            .send()
            .await
            .expect_problem(403, "forbidden");
        app.get("/users")
            .send()
            .await
            .expect_problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hash_is_unknown_to_filters_and_sorts() {
    on_both(async |app| {
        for query in ["password_hash=x", "sort=password_hash"] {
            let response = app
                .get(&format!("/users?{query}"))
                .as_role(Role::Owner)
                .send()
                .await;
            let problem = response.expect_problem(400, "invalid_query");
            let message = problem["errors"][0]["message"].as_str().unwrap();
            assert!(!message.contains("password_hash"), "{message}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_writing_yet() {
    on_both(async |app| {
        let body = json!({"email": "a@example.com"});
        let response = app
            .post("/users")
            .as_role(Role::Owner)
            .json(&body)
            .send()
            .await;
        assert_eq!(response.header("allow"), Some("GET,HEAD"));
        response.expect_problem(405, "method_not_allowed");
    })
    .await;
}
