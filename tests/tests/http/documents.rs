//! `/health`, `/metrics` and `/openapi.json`.

use serde_json::json;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use crate::common::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_of_the_database() {
    on_both(async |app| {
        let health = app.get("/health").send().await.expect(200).json();
        assert_eq!(
            (&health["status"], &health["checks"]["database"]["status"]),
            (&json!("ok"), &json!("ok"))
        );
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert!(health["checks"]["database"]["latency_ms"].is_number());
        app.get("/health/live").send().await.expect(200);
        app.get("/health/ready").send().await.expect(200);
    })
    .await;
}

/// Two dependencies of an application's own beside the newsroom: one there, one not.
#[tokio::test(flavor = "multi_thread")]
async fn health_asks_what_the_application_names() {
    async fn is_there(state: AppState) -> skeleton_runtime::Result<()> {
        state.db().ping().await.map(drop)
    }
    async fn is_gone(_: AppState) -> std::io::Result<()> {
        Err(std::io::Error::other("canary"))
    }
    let app = || {
        example_app::app()
            .health_check("mail", is_there)
            .health_check("search", is_gone)
    };
    for app in TestApp::both(app).await {
        let health = app.get("/health").send().await.expect(503).json();
        assert_eq!(health["status"], "unavailable");
        assert_eq!(health["checks"]["database"]["status"], "ok");
        assert_eq!(health["checks"]["mail"]["status"], "ok");
        assert_eq!(health["checks"]["search"]["status"], "unavailable");
        assert!(!health.to_string().contains("canary"), "{health}");
        app.get("/health/ready").send().await.expect(503);
        app.get("/health/live").send().await.expect(200);
    }
}

/// Each service counts its own requests and statements, side by side with the others of this process.
#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_of_one_service() {
    on_both(async |app| {
        for _ in 0..3 {
            app.get("/articles/not-an-id")
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(400);
        }
        app.get("/articles")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        let text = app.get("/metrics").send().await.expect(200).text();
        for line in [
            r#"request_count{method="GET",path="/articles/{id}",status="400"} 3"#,
            r#"request_count{method="GET",path="/articles",status="200"} 1"#,
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        assert!(text.contains(r#"db_query_duration_seconds_count{operation="SELECT"}"#));
        let database = format!(r#"database="{}"#, app.backend().name());
        assert!(text.contains(&database), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_lists_every_endpoint() {
    on_both(async |app| {
        let document = app.get("/openapi.json").send().await.expect(200).json();
        assert_eq!(
            skeleton_runtime::openapi::lint(&document),
            Vec::<String>::new()
        );
        let operations = [
            ("/articles", "get post"),
            ("/articles/{id}", "get patch put delete"),
            ("/articles/bulk", "post"),
            ("/articles/{id}/publish", "post"),
            ("/comments", "get post"),
            ("/comments/{id}", "get patch put delete"),
            ("/categories", "get post"),
            ("/categories/{id}", "get patch put delete"),
            ("/users", "get"),
            ("/users/{id}", "get patch delete"),
            ("/auth/register", "post"),
            ("/auth/token", "post"),
            ("/auth/refresh", "post"),
            ("/auth/logout", "post"),
            ("/auth/sessions", "get delete"),
            ("/auth/sessions/{id}", "delete"),
            ("/auth/password", "post"),
            ("/auth/setup", "post"),
            ("/auth/me", "get"),
            ("/health", "get"),
            ("/health/live", "get"),
            ("/health/ready", "get"),
            ("/metrics", "get"),
            ("/openapi.json", "get"),
        ];
        for (path, methods) in operations {
            let item = &document["paths"][path];
            for method in methods.split(' ') {
                assert!(item[method].is_object(), "{method} {path}");
            }
            let known = item
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| *key != "parameters" && *key != "summary");
            assert_eq!(known.count(), methods.split(' ').count(), "{path}: {item}");
        }
        assert_eq!(
            document["paths"].as_object().unwrap().len(),
            operations.len()
        );
        let publish = &document["paths"]["/articles/{id}/publish"]["post"];
        assert_eq!(publish["x-required-role"], "ADMIN");
        assert!(publish["security"].is_array());
        assert!(!document.to_string().contains("password_hash"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_headers() {
    on_both(async |app| {
        for path in ["/health", "/articles", "/nowhere", "/openapi.json"] {
            let response = app
                .get(path)
                .header("x-request-id", "mine.1_2-3")
                .send()
                .await;
            assert_eq!(
                response.header("x-request-id"),
                Some("mine.1_2-3"),
                "{path}"
            );
            assert_eq!(
                response.header("x-content-type-options"),
                Some("nosniff"),
                "{path}"
            );
            let response = app
                .get(path)
                .header("x-request-id", "not mine")
                .send()
                .await;
            assert_ne!(response.header("x-request-id"), Some("not mine"), "{path}");
        }
    })
    .await;
}
