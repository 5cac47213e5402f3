//! Calls without a collector of spans.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::call::told;
use super::client;
use crate::Error;
use crate::error::Code;
use crate::telemetry::{Belonging, Head, RequestTrace, TraceParent};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The URL of a server that answers one call with its head, and then no more.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let answer = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            head.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.write_all(&head).await.unwrap();
    });
    url
}

fn request() -> RequestTrace {
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", HeaderValue::from_static(PARENT));
    let parent = TraceParent::of_request(&headers).unwrap();
    let belonging = Belonging {
        trace: parent.trace,
        parent: Some(parent),
    };
    RequestTrace::begin(&tracing::Span::none(), belonging, || -> Head<'_> {
        unreachable!("nothing is exported")
    })
}

#[tokio::test]
async fn the_callers_trace_goes_on() {
    let url = echo().await;
    let trace = request();
    let mut call = Box::pin(client().get(url).send());
    let answer = std::future::poll_fn(|cx| trace.scope(|| call.as_mut().poll(cx)));
    let head = answer.await.unwrap().text().await.unwrap();
    assert!(
        head.contains(&format!("traceparent: {PARENT}\r\n")),
        "{head}"
    );
}

#[tokio::test]
async fn outside_of_requests_there_is_no_trace() {
    let answer = client().get(echo().await).send().await.unwrap();
    let head = answer.text().await.unwrap();
    assert!(!head.contains("traceparent"), "{head}");
}

#[tokio::test]
async fn a_failure_does_not_quote_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // It listens, and never answers.
    let address = listener.local_addr().unwrap();
    let call = client().get(format!("http://{address}/canary?key=canary"));
    let error = call.timeout(Duration::from_millis(20)).send().await;
    let error = error.unwrap_err();
    assert!(error.is_timeout());
    assert!(!format!("{error} {error:?}").contains("canary"));
    let error = Error::from(error);
    assert_eq!(error.code(), Code::Internal);
    assert!(!error.cause_chain().unwrap().contains("canary"));
    let error = client().get("canary").send().await.unwrap_err();
    assert!(error.is_builder() && !error.to_string().contains("canary"));
}

#[test]
fn a_url_is_told_without_what_may_be_secret() {
    for (url, expected) in [
        ("https://a.example/b/c", "https://a.example/b/c"),
        ("http://x:y@a.example:81/#z", "http://a.example:81/"),
        (
            "http://a.example/?a=1&b=%26c%3D2",
            "http://a.example/?a=REDACTED&b=REDACTED",
        ),
        ("http://a.example/?1", "http://a.example/?1=REDACTED"),
    ] {
        assert_eq!(told(&Url::parse(url).unwrap()).as_str(), expected);
    }
}
