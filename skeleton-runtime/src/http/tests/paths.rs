//! What stands in a URL: parts of the path, and parameters, as handlers take them.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Uri};
use axum::routing::get;
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;
use percent_encoding::percent_decode_str;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use skeleton_fuzz::Fuzz;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::http::{Path, Query};

const WORDS: &[&str] = &[
    "/uuid/",
    "/number/",
    "/decimal/",
    "/text/",
    "/two/",
    "/query?",
    "year=",
    "&id=",
    "&order=oldest",
    "&exact=true",
    "&q=",
    "%2F",
    "%00",
    "%C3%BC",
    "%ff",
    "%",
    "+",
    "0198c0de-7a4b-7000-8000-000000000000",
    "-1",
    "9223372036854775808",
    "1.50",
    "//",
    "/./",
    "/../",
    ";a=b",
    "?",
    "#",
    "&",
    "=",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Newest,
    Oldest,
}

#[derive(Debug, Deserialize)]
struct Asked {
    year: i32,
    id: Option<Uuid>,
    order: Option<Order>,
    #[serde(default)]
    exact: bool,
    q: Option<String>,
}

async fn query(Query(asked): Query<Asked>) -> String {
    let Asked {
        year,
        id,
        order,
        exact,
        q,
    } = asked;
    format!("asked {year} {id:?} {order:?} {exact} {q:?}")
}

/// Each handler answers what it was given.
fn router() -> Router {
    Router::new()
        .route(
            "/uuid/{id}",
            get(async |Path(id): Path<Uuid>| id.to_string()),
        )
        .route(
            "/number/{id}",
            get(async |Path(id): Path<i64>| id.to_string()),
        )
        .route(
            "/decimal/{id}",
            get(async |Path(id): Path<Decimal>| id.to_string()),
        )
        .route("/text/{id}", get(async |Path(id): Path<String>| id))
        .route(
            "/two/{id}/{page}",
            get(async |Path((id, page)): Path<(String, u8)>| format!("{page}/{id}")),
        )
        .route("/query", get(query))
}

/// What the first part behind the kind means.
fn part(uri: &Uri) -> Option<String> {
    let part = uri.path().split('/').nth(2)?;
    percent_decode_str(part).decode_utf8().ok().map(Into::into)
}

fn check_answer(uri: &Uri, kind: &str, answer: &str) {
    let part = part(uri).unwrap_or_default();
    let is_same = match kind {
        "uuid" => Uuid::try_parse(&part).is_ok_and(|id| id.to_string() == answer),
        "number" => part.parse::<i64>().is_ok_and(|id| id.to_string() == answer),
        "decimal" => part
            .parse::<Decimal>()
            .is_ok_and(|id| id.to_string() == answer),
        "text" => part == answer,
        "two" => answer.split_once('/').is_some_and(|(_, id)| id == part),
        _ => answer.starts_with("asked "),
    };
    assert!(
        is_same && !answer.contains('\0'),
        "{uri} was read as {answer:?}"
    );
}

/// A message without what it quotes.
fn kind_of(fault: &Value) -> String {
    let message = fault["message"].as_str().unwrap_or_default();
    message.split_whitespace().take(3).collect()
}

#[test]
fn fuzz_any_url_is_read_or_refused_with_its_place() {
    let router = router();
    let figures = Fuzz::target("paths").words(WORDS).run(|target| {
        let Ok(uri) = Uri::try_from(target) else {
            return (0, String::new(), String::new());
        };
        let request = Request::get(uri.clone()).body(Body::empty()).unwrap();
        let response = router
            .clone()
            .oneshot(request)
            .now_or_never()
            .expect("nothing waits")
            .unwrap();
        let status = response.status().as_u16();
        let body = response
            .into_body()
            .collect()
            .now_or_never()
            .expect("nothing waits")
            .unwrap();
        let body = body.to_bytes();
        let kind = uri.path().split('/').nth(1).unwrap_or_default().to_owned();
        match status {
            200 => {
                let answer = std::str::from_utf8(&body).unwrap();
                check_answer(&uri, &kind, answer);
                (status, kind, answer.len().min(64).to_string())
            }
            400 => {
                let problem: Value = serde_json::from_slice(&body).unwrap();
                let expected = if kind == "query" {
                    "invalid_query"
                } else {
                    "invalid_path"
                };
                assert_eq!(problem["code"], expected, "{uri}");
                let faults = problem["errors"]
                    .as_array()
                    .expect("each fault has its place");
                assert!(!faults.is_empty(), "{uri}");
                (status, kind, faults.iter().map(kind_of).collect())
            }
            404 => (status, String::new(), String::new()),
            other => panic!("{uri} is answered with {other}"),
        }
    });
    assert!(figures.of_seeds > 15, "{figures:?}");
}
