//! Whatever is sent gets the contract's answer, and nothing is lost.

use serde_json::json;
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

use crate::common::{ANN, article, expected, faults, on_both, path_of};

async fn send(
    app: &TestApp,
    content_type: &str,
    body: impl Into<Vec<u8>>,
) -> skeleton_runtime::test_util::TestResponse {
    app.post("/articles")
        .as_role(Role::Member)
        .body(content_type, body)
        .send()
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_told_with_its_place() {
    on_both(async |app| {
        let deep = format!("{{\"metadata\": {}1{}}}", "[".repeat(200), "]".repeat(200));
        let broken: [&[u8]; 10] = [
            b"",
            b"{",
            b"{\"title\": }",
            b"{\"title\": \"a\"} x",
            b"{\"title\": \"a\", \"title\": \"b\"}",
            b"{\"title\": \"\\ud800\"}",
            b"{\"title\": \"\xff\"}",
            b"nul",
            b"{\"metadata\": {\"a\": 1, \"a\": 2}}",
            deep.as_bytes(),
        ];
        for body in broken {
            let problem = send(app, "application/json", body)
                .await
                .expect_problem(400, "malformed_json");
            let detail = problem["detail"].as_str().unwrap();
            assert!(
                detail.contains("line") && detail.contains("column"),
                "{detail}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_no_object_breaks_a_rule() {
    on_both(async |app| {
        for body in ["[]", "null", "1", "\"title\""] {
            send(app, "application/json", body)
                .await
                .expect_problem(422, "validation_failed");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_media_types_are_refused() {
    on_both(async |app| {
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/merge-patch+json",
            "application/json; charset=latin1",
        ] {
            send(app, content_type, "{}")
                .await
                .expect_problem(415, "unsupported_media_type");
        }
        let encoded = app
            .post("/articles")
            .as_role(Role::Member)
            .header("content-encoding", "gzip");
        encoded
            .json(&json!({}))
            .send()
            .await
            .expect_problem(415, "unsupported_media_type");
        app.post("/articles")
            .as_role(Role::Member)
            .send()
            .await
            .expect_problem(415, "unsupported_media_type");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_mebibytes_are_too_much() {
    on_both(async |app| {
        let row = article(app, "Kept").await;
        let large = json!({"title": "A", "body": "x".repeat(2 << 20)});
        app.post("/articles")
            .as_role(Role::Member)
            .json(&large)
            .send()
            .await
            .expect_problem(413, "payload_too_large");
        let path = path_of("/articles", &row);
        app.patch(&path)
            .as_account(ANN, Role::Member)
            .json(&large)
            .send()
            .await
            .expect_problem(413, "payload_too_large");
        assert_eq!(
            app.get(&path)
                .as_role(Role::Viewer)
                .send()
                .await
                .expect(200)
                .json(),
            row
        );
        let fits = json!({"title": "A", "body": "x".repeat(1 << 19)});
        app.post("/articles")
            .as_role(Role::Member)
            .json(&fits)
            .send()
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nul_is_refused_in_texts_and_queries() {
    on_both(async |app| {
        let body = json!({"title": "a\0b", "body": "", "metadata": {"k": ["\0"]}});
        let problem = app
            .post("/articles")
            .as_role(Role::Member)
            .json(&body)
            .send()
            .await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(
            faults(&problem),
            expected(&[("title", "text"), ("metadata", "text")])
        );
        for query in ["title=%00", "%00=1", "cursor=%00"] {
            app.get(&format!("/articles?{query}"))
                .as_role(Role::Viewer)
                .send()
                .await
                .expect_problem(400, "invalid_query");
        }
        app.get("/articles/%00")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect_problem(400, "invalid_path");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_stay_in_proportion() {
    on_both(async |app| {
        let names: Vec<_> = (0..50_000)
            .map(|number| format!("\"{number}\":0"))
            .collect();
        for path in ["/articles", "/auth/register", "/auth/token"] {
            let body = format!("{{{}}}", names.join(","));
            let request = app
                .post(path)
                .as_role(Role::Member)
                .body("application/json", body);
            let response = request.send().await;
            assert!(
                response.text().len() < 40_000,
                "{path}: {}",
                response.text().len()
            );
            let problem = response.expect_problem(422, "validation_failed");
            assert_eq!(problem["errors"].as_array().map(Vec::len), Some(100));
        }
        let long = json!({ "x".repeat(100_000): 1 });
        let response = app
            .post("/articles")
            .as_role(Role::Member)
            .json(&long)
            .send()
            .await;
        assert!(response.text().len() < 2_000, "{}", response.text());
        let query: Vec<_> = (0..5_000).map(|number| number.to_string()).collect();
        let path = format!("/articles?{}", query.join("&"));
        let response = app.get(&path).as_role(Role::Viewer).send().await;
        assert!(response.text().len() < 2_000, "{}", response.text());
        response.expect_problem(400, "invalid_query");
        let numbers = json!({"title": "A", "body": "", "metadata": {"n": [1e307, -1e-300]}});
        let response = app
            .post("/articles")
            .as_role(Role::Member)
            .json(&numbers)
            .send()
            .await;
        assert_eq!(
            faults(&response.expect_problem(422, "validation_failed")),
            expected(&[("metadata", "range")])
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_ids_are_told() {
    on_both(async |app| {
        for id in [
            "1",
            "x",
            "00000000000070008000000000000000",
            "%F0%9F%9A%80",
            "%ff",
            "..%2f",
        ] {
            let path = format!("/articles/{id}");
            app.get(&path)
                .as_role(Role::Admin)
                .send()
                .await
                .expect_problem(400, "invalid_path");
            app.delete(&path)
                .as_role(Role::Admin)
                .send()
                .await
                .expect_problem(400, "invalid_path");
            app.patch(&path)
                .as_role(Role::Admin)
                .json(&json!({}))
                .send()
                .await
                .expect_problem(400, "invalid_path");
            app.put(&path)
                .as_role(Role::Admin)
                .json(&json!({}))
                .send()
                .await
                .expect_problem(400, "invalid_path");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods() {
    on_both(async |app| {
        app.get("/nowhere")
            .send()
            .await
            .expect_problem(404, "not_found");
        app.get("/articles/")
            .send()
            .await
            .expect_problem(404, "not_found");
        let wrong = app
            .request("DELETE", "/articles")
            .as_role(Role::Admin)
            .send()
            .await;
        let allow = wrong.header("allow").unwrap().to_owned();
        assert!(
            allow.contains("GET") && allow.contains("POST") && !allow.contains("DELETE"),
            "{allow}"
        );
        wrong.expect_problem(405, "method_not_allowed");
        app.request("TRACE", "/articles").send().await.expect(405);
        let options = app.request("OPTIONS", "/articles").send().await.expect(204);
        assert!(options.header("allow").unwrap().contains("POST"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn extremes_are_stored_as_they_came() {
    on_both(async |app| {
        let body = json!({
            "title": "\u{10ffff}\u{1}\u{7f}\"\\/\u{2028}", "body": "\r\n\t", "views": i32::MIN,
            "rating": "-79228162514264337593543950335",
            "metadata": {"": [0, -1, 1.5, 1e99, "\u{1}", {"nested": {"deep": []}}], "big": 9_007_199_254_740_993_i64},
        });
        let row = app.post("/articles").as_role(Role::Member).json(&body).send().await.expect(201).json();
        for field in ["title", "body", "views", "rating", "metadata"] {
            assert_eq!(row[field], body[field], "{field}");
        }
        assert_eq!(app.get(&path_of("/articles", &row)).as_role(Role::Viewer).send().await.expect(200).json(), row);
    })
    .await;
}
