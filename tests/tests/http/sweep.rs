//! Every parameter of every endpoint, as the document lists them, with what nobody should send.

use serde_json::Value;
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestApp;

use crate::common::{article, category, comment, on_both};

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

/// A method, its path as a template, and its query parameters.
type Endpoint = (String, String, Vec<String>);

async fn endpoints(app: &TestApp) -> Vec<Endpoint> {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let mut endpoints = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let queries = parameters
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().unwrap().to_owned());
            endpoints.push((method.to_uppercase(), path.clone(), queries.collect()));
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

async fn assert_answered(app: &TestApp, token: &str, method: &str, path: &str) {
    let mut request = app.request(method, path).bearer(token);
    if ["PATCH", "PUT", "POST"].contains(&method) {
        request = request.json(&Value::Object(serde_json::Map::new()));
    }
    let response = request.send().await;
    let told: String = path.chars().take(200).collect();
    let status = response.status();
    assert!(
        status == 200 || (400..500).contains(&status),
        "{method} {told}: {status} {}",
        response.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_is_a_fault_of_the_service() {
    on_both(async |app| {
        category(app, "News").await;
        let row = article(app, "Title").await;
        comment(app, &row).await;
        let token = app.token("owner@example.com", Role::Owner).await;
        let endpoints = endpoints(app).await;
        let filters: usize = endpoints.iter().map(|(_, _, queries)| queries.len()).sum();
        assert!(filters > 100, "the document lists the filters: {filters}");
        for (method, path, queries) in endpoints {
            for value in nasty() {
                if path.contains('{') && !value.is_empty() {
                    assert_answered(app, &token, &method, &filled(&path, &value)).await;
                }
            }
            for (query, value) in queries
                .iter()
                .flat_map(|query| nasty().into_iter().map(move |value| (query, value)))
            {
                let path = filled(&path, row["id"].as_str().unwrap());
                let path = format!("{path}?{query}={value}");
                assert_answered(app, &token, &method, &path).await;
            }
        }
    })
    .await;
}
