//! Every route: without a token, and with the highest role that is too low.

use serde_json::{Value, json};
use skeleton_runtime::auth::Role;

use crate::common::{NOBODY, on_both};

/// Method, path, a role that does not suffice (if there is one), a body that would do.
type Route = (&'static str, String, Option<Role>, Option<Value>);

fn routes() -> Vec<Route> {
    let article = json!({"title": "A", "body": ""});
    let comment = json!({"article_id": NOBODY, "body": "A"});
    let category = json!({"name": "A"});
    let item = |collection: &str| format!("{collection}/{NOBODY}");
    [
        ("GET", "/articles".into(), None, None),
        (
            "POST",
            "/articles".into(),
            Some(Role::Viewer),
            Some(article.clone()),
        ),
        ("GET", item("/articles"), None, None),
        ("PATCH", item("/articles"), None, Some(json!({}))),
        ("PUT", item("/articles"), None, Some(article)),
        ("DELETE", item("/articles"), None, None),
        (
            "POST",
            format!("/articles/{NOBODY}/publish"),
            Some(Role::Member),
            None,
        ),
        ("GET", "/comments".into(), None, None),
        (
            "POST",
            "/comments".into(),
            Some(Role::Viewer),
            Some(comment),
        ),
        ("GET", item("/comments"), None, None),
        ("PATCH", item("/comments"), None, Some(json!({}))),
        ("PUT", item("/comments"), None, Some(json!({"body": "A"}))),
        ("DELETE", item("/comments"), None, None),
        ("GET", "/categories".into(), None, None),
        (
            "POST",
            "/categories".into(),
            Some(Role::Member),
            Some(category.clone()),
        ),
        ("GET", item("/categories"), None, None),
        (
            "PATCH",
            item("/categories"),
            Some(Role::Member),
            Some(json!({})),
        ),
        (
            "PUT",
            item("/categories"),
            Some(Role::Member),
            Some(category),
        ),
        ("DELETE", item("/categories"), Some(Role::Member), None),
    ]
    .into_iter()
    .chain(routes_of_the_kit())
    .collect()
}

fn routes_of_the_kit() -> Vec<Route> {
    let item = |collection: &str| format!("{collection}/{NOBODY}");
    vec![
        ("GET", "/users".into(), Some(Role::Member), None),
        ("GET", item("/users"), Some(Role::Member), None),
        ("PATCH", item("/users"), Some(Role::Member), Some(json!({}))),
        ("DELETE", item("/users"), Some(Role::Member), None),
        ("GET", "/auth/me".into(), None, None),
        ("GET", "/auth/sessions".into(), None, None),
        ("DELETE", "/auth/sessions".into(), None, None),
        ("DELETE", item("/auth/sessions"), None, None),
        ("POST", "/auth/password".into(), None, Some(json!({}))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_open() {
    on_both(async |app| {
        for (method, path, _, body) in routes() {
            let mut request = app.request(method, &path);
            if let Some(body) = &body {
                request = request.json(body);
            }
            let response = request.send().await;
            assert_eq!(
                response.header("www-authenticate"),
                Some("Bearer"),
                "{method} {path}"
            );
            response.expect_problem(401, "unauthenticated");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_too_low_is_refused() {
    on_both(async |app| {
        for (method, path, too_low, body) in routes() {
            let Some(role) = too_low else { continue };
            let mut request = app.request(method, &path).as_role(role);
            if let Some(body) = &body {
                request = request.json(body);
            }
            request.send().await.expect_problem(403, "forbidden");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_before_the_body_is_read() {
    on_both(async |app| {
        for (method, path, too_low, body) in routes() {
            if body.is_none() && method != "POST" {
                continue;
            }
            let broken = app.request(method, &path).body("text/plain", "{");
            broken.send().await.expect_problem(401, "unauthenticated");
            if let Some(role) = too_low {
                let broken = app
                    .request(method, &path)
                    .as_role(role)
                    .body("text/plain", "{");
                broken.send().await.expect_problem(403, "forbidden");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_is_refused_everywhere() {
    on_both(async |app| {
        // {"alg":"none","typ":"at+jwt"} with an empty signature.
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAifQ.";
        for token in [none, "a.b.c", "", "é"] {
            for (method, path, _, _) in routes() {
                let response = app.request(method, &path).bearer(token).send().await;
                let challenge = response.header("www-authenticate").map(str::to_owned);
                assert_eq!(challenge.as_deref(), Some("Bearer error=\"invalid_token\""), "{method} {path} {token:?}");
                response.expect_problem(401, "unauthenticated");
            }
        }
    })
    .await;
}
