//! Without a network.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::routing::{any, get, post};
use futures_util::stream;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::config::HttpConfig;
use crate::http::{Health, Json, RequestContext, Shutdown, fallbacks, layered};
use crate::telemetry::Metrics;
use crate::telemetry::capture::Capture;
use crate::{Error, Result};

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn assert_problem(&self, status: StatusCode, code: &str) {
        assert_eq!(self.status, status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("content-length"), self.body.len().to_string());
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status.as_u16());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
    }
}

fn config() -> HttpConfig {
    HttpConfig {
        body_limit: 16,
        request_timeout: Duration::from_millis(200),
        ..HttpConfig::default()
    }
}

async fn panics() {
    panic!("canary");
}

async fn fails() -> Result<()> {
    Err(Error::internal(io::Error::other("canary")))
}

fn router(config: &HttpConfig, shutdown: &Shutdown) -> Router {
    let routes = Router::new()
        .route("/things/{id}", get(|| async { "a thing" }).delete(fails))
        .route(
            "/id",
            get(|context: RequestContext| async move { context.id().to_owned() }),
        )
        .route("/panic", get(panics))
        .route("/never", get(std::future::pending::<()>))
        .route(
            "/json",
            post(|Json(value): Json<Value>| async { Json(value) }),
        )
        .route("/bytes", post(|body: Bytes| async { body }))
        .route("/any", any(|| async {}))
        .route("/lost", get(|_: axum::Extension<u8>| async {}));
    layered(fallbacks(routes), config, shutdown, &Metrics::off())
}

async fn send_to(router: Router, request: Request) -> Answer {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

async fn send(request: Request) -> Answer {
    send_to(router(&config(), &Shutdown::new()), request).await
}

fn request(method: Method, path: &str) -> Request {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}

fn json(body: impl Into<Body>) -> Request {
    Request::post("/json")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn chunked(chunks: &[&'static str]) -> Body {
    let chunks: Vec<io::Result<&'static str>> = chunks.iter().map(|chunk| Ok(*chunk)).collect();
    Body::from_stream(stream::iter(chunks))
}

#[tokio::test]
async fn every_answer_has_an_id_and_nosniff() {
    for path in ["/things/1", "/nowhere", "/panic", "/never"] {
        let answer = send(request(Method::GET, path)).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let id: uuid::Uuid = answer.header("x-request-id").parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
    }
}

#[tokio::test]
async fn a_plain_inbound_id_is_kept_and_another_replaced() {
    let with_id = |id: &str| {
        Request::get("/id")
            .header("x-request-id", id)
            .body(Body::empty())
            .unwrap()
    };
    let answer = send(with_id("Client-7._")).await;
    assert_eq!(answer.header("x-request-id"), "Client-7._");
    assert_eq!(answer.body, "Client-7._");
    let answer = send(with_id("not plain")).await;
    assert_ne!(answer.header("x-request-id"), "not plain");
    assert_eq!(answer.body, answer.header("x-request-id"));
}

#[tokio::test]
async fn unknown_paths_are_404() {
    for method in [Method::GET, Method::POST, Method::TRACE, Method::OPTIONS] {
        send(request(method, "/nowhere"))
            .await
            .assert_problem(StatusCode::NOT_FOUND, "not_found");
    }
}

#[tokio::test]
async fn other_methods_are_405_with_allow() {
    for method in [
        Method::POST,
        Method::TRACE,
        Method::PATCH,
        Method::from_bytes(b"BREW").unwrap(),
    ] {
        let answer = send(request(method, "/things/1")).await;
        answer.assert_problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD,DELETE");
    }
}

#[tokio::test]
async fn options_tell_the_methods() {
    let answer = send(request(Method::OPTIONS, "/things/1")).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("allow"), "GET,HEAD,DELETE");
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    for path in ["/things/1", "/nowhere", "/panic", "/json"] {
        let get = send(request(Method::GET, path)).await;
        let head = send(request(Method::HEAD, path)).await;
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert!(head.header("content-length") != "0", "{path}");
    }
}

#[tokio::test]
async fn what_went_wrong_inside_is_not_told() {
    for (method, path) in [
        (Method::DELETE, "/things/1"),
        (Method::GET, "/panic"),
        (Method::GET, "/lost"),
    ] {
        let answer = send(request(method, path)).await;
        answer.assert_problem(StatusCode::INTERNAL_SERVER_ERROR, "internal");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(
            !text.contains("canary") && !text.contains("Extension"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_handler_has_its_time() {
    send(request(Method::GET, "/never"))
        .await
        .assert_problem(StatusCode::GATEWAY_TIMEOUT, "timeout");
}

#[tokio::test]
async fn bodies_up_to_the_limit_are_read() {
    assert_eq!(send(json("[1,2,3,4,5,6,7]")).await.body, "[1,2,3,4,5,6,7]");
    assert_eq!(send(json("[1,2,3,4,5,6,77]")).await.status, StatusCode::OK);
    assert_eq!(
        send(json(chunked(&["[1,2,3,", "4,5,6,77]"]))).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn bodies_over_the_limit_are_413() {
    let bytes = |body: Body| Request::post("/bytes").body(body).unwrap();
    for request in [
        json("[1,2,3,4,5,6,777]"),
        json(chunked(&["[1,2,3,", "4,5,6,777]"])),
        bytes("12345678901234567".into()),
        bytes(chunked(&["12345678901234567"])),
    ] {
        send(request)
            .await
            .assert_problem(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large");
    }
}

#[tokio::test]
async fn axums_own_limit_is_not_in_the_way() {
    let config = HttpConfig {
        body_limit: 4 << 20,
        ..HttpConfig::default()
    };
    let request = Request::post("/bytes")
        .body(vec![b' '; 3 << 20].into())
        .unwrap();
    let answer = send_to(router(&config, &Shutdown::new()), request).await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (StatusCode::OK, 3 << 20)
    );
}

#[tokio::test]
async fn each_request_is_one_line_in_the_log() {
    let (capture, _guard) = Capture::json();
    let answer = send(request(Method::GET, "/things/1")).await;
    let lines = capture.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["request.id"], answer.header("x-request-id"));
    assert_eq!(line["method"], "GET");
    assert_eq!(line["route"], "/things/{id}");
    assert_eq!(line["status"], 200);
    assert!(line["duration_ms"].is_number());
}

#[tokio::test]
async fn what_went_wrong_inside_is_logged_once() {
    for (method, path) in [(Method::DELETE, "/things/1"), (Method::GET, "/panic")] {
        let (capture, _guard) = Capture::json();
        send(request(method, path)).await;
        let lines = capture.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(lines[0]["level"], "ERROR");
        assert_eq!(lines[0]["problem"], "internal");
        assert_eq!(capture.text().matches("canary").count(), 1);
    }
}

#[tokio::test]
async fn every_line_of_a_request_has_its_id_and_its_user() {
    async fn handler() {
        crate::telemetry::record_user(&"u-7");
        tokio::task::yield_now().await;
        tracing::info!("at work");
    }
    let (capture, _guard) = Capture::json();
    let config = HttpConfig::default();
    let router = layered(
        Router::new().route("/", get(handler)),
        &config,
        &Shutdown::new(),
        &Metrics::off(),
    );
    let request = Request::get("/").header("x-request-id", "r-1");
    send_to(router, request.body(Body::empty()).unwrap()).await;
    let lines = capture.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert_eq!(
            (&line["request.id"], &line["user.id"]),
            (&"r-1".into(), &"u-7".into())
        );
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_is_a_line_too() {
    let (capture, _guard) = Capture::json();
    let never =
        router(&HttpConfig::default(), &Shutdown::new()).oneshot(request(Method::GET, "/never"));
    assert!(
        tokio::time::timeout(Duration::from_millis(10), never)
            .await
            .is_err()
    );
    let lines = capture.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["route"], "/never");
    assert_eq!(lines[0]["message"], "given up before it was answered");
}

#[tokio::test]
async fn connections_are_closed_once_a_shutdown_has_begun() {
    let shutdown = Shutdown::new();
    let router = router(&config(), &shutdown);
    let before = send_to(router.clone(), request(Method::GET, "/things/1")).await;
    assert_eq!(before.header("connection"), "");
    shutdown.begin();
    let after = send_to(router, request(Method::GET, "/things/1")).await;
    assert_eq!(after.header("connection"), "close");
    assert_eq!(after.status, StatusCode::OK);
}

fn preflight() -> Request {
    Request::options("/things/1")
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "DELETE")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn cors_is_off_unless_configured() {
    assert_eq!(
        send(preflight())
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[tokio::test]
async fn configured_origins_may_call() {
    let config = HttpConfig {
        cors_origins: vec!["https://app.example".to_owned()],
        ..config()
    };
    let router = router(&config, &Shutdown::new());
    let answer = send_to(router.clone(), preflight()).await;
    assert!(answer.status.is_success());
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example"
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("DELETE")
    );
    let allowed = answer.header("access-control-allow-headers");
    for name in [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
    ] {
        assert!(allowed.contains(name), "{name} in {allowed}");
    }
    assert_ne!(answer.header("x-request-id"), "");

    let own = Request::get("/things/1").header(header::ORIGIN, "https://app.example");
    let answer = send_to(router.clone(), own.body(Body::empty()).unwrap()).await;
    let exposed = answer.header("access-control-expose-headers");
    for name in ["etag", "idempotency-replayed", "link", "x-request-id"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }

    let other = Request::get("/things/1").header(header::ORIGIN, "https://evil.example");
    let answer = send_to(router, other.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn any_route_answers_its_methods_itself() {
    assert_eq!(
        send(request(Method::OPTIONS, "/any")).await.status,
        StatusCode::OK
    );
}

fn health(shutdown: &Shutdown, check: fn() -> Result<Duration>) -> Router {
    let health = Health::new("1.2.3", shutdown).check("database", move || async move { check() });
    layered(
        fallbacks(health.routes()),
        &config(),
        shutdown,
        &Metrics::off(),
    )
}

#[tokio::test]
async fn health_tells_each_dependency() {
    let router = health(&Shutdown::new(), || Ok(Duration::from_micros(1500)));
    let answer = send_to(router.clone(), request(Method::GET, "/health")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let expected = serde_json::json!({
        "status": "ok",
        "version": "1.2.3",
        "checks": {"database": {"status": "ok", "latency_ms": 1.5}},
    });
    assert_eq!(answer.json(), expected);
    for path in ["/health/live", "/health/ready"] {
        let answer = send_to(router.clone(), request(Method::GET, path)).await;
        assert_eq!(
            (answer.status, answer.json()),
            (StatusCode::OK, serde_json::json!({"status": "ok"}))
        );
    }
}

#[tokio::test]
async fn a_dependency_that_is_down_is_503_and_no_reason_to_restart() {
    let router = health(&Shutdown::new(), || Err(Error::internal("password=canary")));
    for path in ["/health", "/health/ready"] {
        let answer = send_to(router.clone(), request(Method::GET, path)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.json()["status"], "unavailable");
        assert_ne!(answer.header("retry-after"), "");
        assert!(!answer.body.windows(6).any(|part| part == b"canary"));
    }
    assert_eq!(
        send_to(router, request(Method::GET, "/health/live"))
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_dependency_that_hangs_is_down() {
    let health = Health::new("1", &Shutdown::new()).check("slow", std::future::pending);
    let config = HttpConfig::default();
    let router = layered(health.routes(), &config, &Shutdown::new(), &Metrics::off());
    let answer = send_to(router, request(Method::GET, "/health")).await;
    assert_eq!(answer.json()["checks"]["slow"]["status"], "unavailable");
}

#[tokio::test]
async fn a_shutdown_ends_readiness_alone() {
    let shutdown = Shutdown::new();
    let router = health(&shutdown, || Ok(Duration::ZERO));
    shutdown.begin();
    let ready = send_to(router.clone(), request(Method::GET, "/health/ready")).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/health", "/health/live"] {
        assert_eq!(
            send_to(router.clone(), request(Method::GET, path))
                .await
                .status,
            StatusCode::OK,
            "{path}"
        );
    }
}

#[tokio::test]
async fn many_probers_cost_one_check() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static CHECKS: AtomicUsize = AtomicUsize::new(0);
    let health = Health::new("1", &Shutdown::new()).check("counted", || async {
        CHECKS.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        Ok(Duration::ZERO)
    });
    futures_util::future::join_all((0..20).map(|_| health.report())).await;
    assert_eq!(CHECKS.load(Ordering::Relaxed), 1);
}
