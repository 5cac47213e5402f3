//! Every parameter of every endpoint, as the document lists them, with what nobody should send.

use serde_json::json;
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::{TestApp, TestRequest};

use crate::common::{article, category, comment};

/// As they stand in a URL.
fn nasty() -> Vec<String> {
    let mut values: Vec<_> = [
        "",
        "%00",
        "a%00b",
        "%ff%fe",
        "%c3%28",
        "%ed%a0%80",
        "%",
        "%4",
        "%zz",
        "%25",
        "-",
        "-1",
        "-0",
        "99999999999999999999999999999999999999999",
        "-9223372036854775809",
        "2147483648",
        "1e999",
        "1e5",
        "NaN",
        "-inf",
        "0x10",
        "%D9%A1%D9%A2",
        "%E2%80%8F1",
        "%EF%BC%91",
        "true%20",
        "null",
        "id,,id",
        "%5C",
        "%5C,",
        "'%20OR%201=1--",
        "$1",
        "%22;",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:60Z",
        "2026-01-01T00:00:00-99:99",
        "00000000-0000-0000-0000-000000000000",
        "%7B%7D",
        "[]",
        "%F4%8F%BF%BF",
        "%F0%9F%9A%80",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push("9".repeat(10_000));
    values.push("%C3%9F".repeat(5_000));
    values.push(vec!["1"; 5_000].join(","));
    values.push(",".repeat(99));
    values
}

/// In headers alone: the last one stands for any tag.
const TAGS: [&str; 5] = ["\"", "W/", "\"a\", W/\"b\", ,", "\u{e9}", "*"];

/// One operation, as the document has it.
struct Endpoint {
    method: String,
    /// A template.
    path: String,
    queries: Vec<String>,
    headers: Vec<String>,
}

async fn endpoints(app: &TestApp) -> Vec<Endpoint> {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let mut endpoints = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = || operation["parameters"].as_array().into_iter().flatten();
            let names = |place: &str| {
                let of_place = parameters().filter(|parameter| parameter["in"] == place);
                of_place
                    .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                    .collect()
            };
            endpoints.push(Endpoint {
                method: method.to_uppercase(),
                path: path.clone(),
                queries: names("query"),
                headers: names("header"),
            });
        }
    }
    endpoints
}

/// The template with `value` in each variable place.
fn filled(template: &str, value: &str) -> String {
    let mut path = String::new();
    for part in template.split('{') {
        match part.split_once('}') {
            Some((_, rest)) => path.extend([value, rest]),
            None => path.push_str(part),
        }
    }
    path
}

/// The status and code of what must not be a fault of the service.
async fn answered(request: TestRequest<'_>, told: &str) -> (u16, Option<String>) {
    let response = request.send().await;
    let told: String = told.chars().take(200).collect();
    let status = response.status();
    let is_deleted = status == 204 && told.starts_with("DELETE") && told.ends_with(": *");
    assert!(
        [200, 304].contains(&status) || (400..500).contains(&status) || is_deleted,
        "{told}: {status} {}",
        response.text()
    );
    let code = (status >= 400).then(|| response.json()["code"].as_str().map(str::to_owned));
    (status, code.flatten())
}

/// What each request is answered, in an order that does not depend on the database.
async fn sweep(app: &TestApp) -> Vec<(String, (u16, Option<String>))> {
    category(app, "News").await;
    let row = article(app, "Title").await;
    comment(app, &row).await;
    let id = row["id"].as_str().unwrap();
    let token = app.token("owner@example.com", Role::Owner).await;
    let endpoints = endpoints(app).await;
    let count = |of: fn(&Endpoint) -> usize| endpoints.iter().map(of).sum::<usize>();
    assert!(
        count(|endpoint| endpoint.queries.len()) > 100,
        "filters are listed"
    );
    assert!(
        count(|endpoint| endpoint.headers.len()) > 3,
        "tags are listed"
    );
    let mut answers = Vec::new();
    for endpoint in &endpoints {
        let Endpoint { method, path, .. } = endpoint;
        let request = |path: &str| {
            let request = app.request(method, path).bearer(&token);
            match method.as_str() {
                "PATCH" | "PUT" | "POST" => request.json(&json!({})),
                _ => request,
            }
        };
        for value in nasty() {
            if path.contains('{') && !value.is_empty() {
                let told = format!("{method} {path} {value}");
                let answer = answered(request(&filled(path, &value)), &told).await;
                answers.push((told, answer));
            }
            for query in &endpoint.queries {
                let told = format!("{method} {path}?{query}={value}");
                let path = format!("{}?{query}={value}", filled(path, id));
                answers.push((told.clone(), answered(request(&path), &told).await));
            }
        }
        for header in &endpoint.headers {
            for value in nasty().into_iter().chain(TAGS.map(str::to_owned)) {
                let told = format!("{method} {path} {header}: {value}");
                let request = request(&filled(path, id)).header(header, &value);
                answers.push((told.clone(), answered(request, &told).await));
            }
        }
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_is_a_fault_of_the_service() {
    let mut first = None;
    for app in TestApp::both(example_app::app).await {
        let answers = sweep(&app).await;
        let first = first.get_or_insert_with(|| answers.clone());
        for (one, other) in first.iter().zip(&answers) {
            assert_eq!(one, other, "the databases answer alike");
        }
    }
}
