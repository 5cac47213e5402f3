//! Calls to other services, as those services and a collector see them.

use std::io::{BufReader, Write as _};
use std::sync::{Arc, Mutex, OnceLock};

use skeleton_runtime::config::{LogConfig, TracesConfig};
use skeleton_runtime::prelude::*;
use skeleton_runtime::telemetry::Telemetry;
use skeleton_runtime::test_util::TestApp;
use skeleton_tests::free_port;
use skeleton_tests::otlp::{Collector, SpanKind, StatusCode, attribute, hex, listen, read};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// Where the other service listens, with a login and a parameter that are nobody else's business.
static PEER: OnceLock<String> = OnceLock::new();

/// Asks the other service, and another that is down.
///
/// # Errors
///
/// None.
#[utoipa::path(get, path = "/relay", responses((status = 200, body = String)))]
#[requires_role(public)]
async fn relay() -> Result<Json<u16>> {
    let client = skeleton_runtime::client();
    let answer = client.get(PEER.get().unwrap()).send().await?;
    let down = format!("http://127.0.0.1:{}/down", free_port());
    assert!(client.post(down).body("canary").send().await.is_err());
    Ok(Json(answer.status().as_u16()))
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("../migrations"))
        .routes(routes!(relay))
}

/// Answers 404 to everything; the heads that it got.
fn peer() -> Arc<Mutex<Vec<String>>> {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = heads.clone();
    let url = listen(move |mut stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Ok(Some((head, _))) = read(&mut reader) {
            kept.lock().unwrap().push(head);
            let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let url = url.replace("http://", "http://canary:canary@");
    PEER.set(format!("{url}?key=canary#canary")).unwrap();
    heads
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_a_span_and_the_trace_goes_on_over_there() {
    let (collector, endpoint) = Collector::start();
    let log = LogConfig {
        filter: "warn".to_owned(),
        ..LogConfig::default()
    };
    let traces = TracesConfig::new(endpoint, "relay");
    let mut telemetry = Telemetry::init(&log, Some(&traces), "1").unwrap();
    telemetry.start();
    let heads = peer();
    let app = TestApp::sqlite(app).await;
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let request = app.get("/relay").header("traceparent", &parent);
    let answer = request.header("tracestate", "a=b").send().await;
    assert_eq!(answer.expect(200).text(), "404");
    telemetry.end().await;

    let spans = collector.spans();
    let find = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (request, call) = (find("GET /relay"), find("GET"));
    assert_eq!(hex(&call.trace_id), TRACE);
    assert_eq!(call.parent_span_id, request.span_id);
    assert_eq!(call.kind(), SpanKind::Client);
    let port = PEER.get().unwrap().split(['@', '/', ':']).nth(6).unwrap();
    for (name, value) in [
        ("http.request.method", "GET"),
        (
            "url.full",
            &format!("http://127.0.0.1:{port}/v1/traces?key=REDACTED"),
        ),
        ("server.address", "127.0.0.1"),
        ("server.port", port),
        ("http.response.status_code", "404"),
        ("error.type", "404"),
    ] {
        let told = attribute(&call.attributes, name);
        assert_eq!(told.as_deref(), Some(value), "{name}");
    }
    let failed = find("POST");
    let told = attribute(&failed.attributes, "error.type");
    assert_eq!(told.as_deref(), Some("connect"));
    for span in [call, failed] {
        assert_eq!(span.status.as_ref().unwrap().code(), StatusCode::Error);
    }
    assert!(!format!("{spans:?}").contains("canary"), "{spans:?}");

    let heads = heads.lock().unwrap();
    let onwards = format!("traceparent: 00-{TRACE}-{}-01\r\n", hex(&call.span_id));
    assert!(heads[0].contains(&onwards), "{heads:?}");
    assert!(heads[0].contains("tracestate: a=b\r\n"), "{heads:?}");
    assert!(heads[0].contains("authorization: Basic "), "{heads:?}");
    assert_eq!(heads.len(), 1, "the collector's own calls make no spans");
}
