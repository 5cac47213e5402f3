//! Over TCP. Clients block, so each runs on a thread for such work.

use std::io::{Read, Write};
use std::net::{Shutdown as Half, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ConnectInfo;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::auth::Client;
use crate::config::HttpConfig;
use crate::http::{RequestContext, Shutdown, fallbacks, layered, serve};
use crate::telemetry::Metrics;
use crate::{Error, Result};

/// No wait in these tests is this long unless something hangs.
const FOREVER: Duration = Duration::from_secs(30);

struct Service {
    address: SocketAddr,
    shutdown: Shutdown,
    ended: JoinHandle<Result<()>>,
}

impl Service {
    async fn start(routes: Router, config: HttpConfig) -> Self {
        let shutdown = Shutdown::new();
        let service = layered(fallbacks(routes), &config, &shutdown, &Metrics::off());
        let listener = TcpListener::bind(config.address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let ended = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { serve(listener, service, &config, &shutdown).await }
        });
        Self {
            address,
            shutdown,
            ended,
        }
    }

    async fn end(self) {
        self.shutdown.begin();
        tokio::time::timeout(FOREVER, self.ended)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }

    /// Writes a request, and reads until the server closes.
    async fn exchange(&self, request: impl Into<Vec<u8>>) -> String {
        let (address, request) = (self.address, request.into());
        spawn_blocking(move || {
            let mut stream = connect(address);
            stream.write_all(&request).unwrap();
            read_all(&mut stream)
        })
        .await
        .unwrap()
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(FOREVER)).unwrap();
    stream.set_write_timeout(Some(FOREVER)).unwrap();
    stream
}

fn read_all(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// One answer whose body is as long as it says.
fn read_answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed within the head");
        text.push(byte[0]);
    }
    let head = String::from_utf8(text).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    head + std::str::from_utf8(&body).unwrap()
}

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/peer", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
        .route("/client", get(|context: RequestContext| async move { context.client_address().unwrap().to_string() }))
        .route("/session", get(|client: Client| async move { client.address.unwrap().to_string() }))
        .route("/length", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/refused", post(|| async { Error::unauthenticated() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_kept_and_know_their_peer() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let text = service
        .exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\nGET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
    assert!(
        text.contains("here") && text.ends_with("127.0.0.1"),
        "{text}"
    );
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_names_the_client() {
    let trusted_proxies = vec![crate::config::Network::parse("127.0.0.0/8").unwrap()];
    let service = Service::start(
        routes(),
        HttpConfig {
            trusted_proxies,
            ..HttpConfig::default()
        },
    )
    .await;
    for path in ["/client", "/session"] {
        let head = "host: a\r\nx-forwarded-for: 198.51.100.7\r\nconnection: close\r\n\r\n";
        let text = service
            .exchange(format!("GET {path} HTTP/1.1\r\n{head}"))
            .await;
        assert!(text.ends_with("198.51.100.7"), "{path}: {text}");
    }
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_head_is_cut_off() {
    let config = HttpConfig {
        header_timeout: Duration::from_millis(200),
        ..HttpConfig::default()
    };
    let service = Service::start(routes(), config).await;
    let address = service.address;
    let text = spawn_blocking(move || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ")
            .unwrap();
        read_all(&mut stream)
    });
    let text = tokio::time::timeout(FOREVER, text).await.unwrap().unwrap();
    assert!(!text.contains("200 OK"), "{text}");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_over_the_limit_wait_for_one_to_end() {
    let config = HttpConfig {
        connection_limit: 1,
        ..HttpConfig::default()
    };
    let service = Service::start(routes(), config).await;
    let address = service.address;
    let (first, second) = spawn_blocking(move || {
        let request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let (mut first, mut second) = (connect(address), connect(address));
        first.write_all(request).unwrap();
        let answer = read_answer(&mut first);
        second.write_all(request).unwrap();
        second.set_nonblocking(true).unwrap();
        let early = second.read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(early, Err(std::io::ErrorKind::WouldBlock));
        second.set_nonblocking(false).unwrap();
        drop(first);
        (answer, read_answer(&mut second))
    })
    .await
    .unwrap();
    assert!(first.ends_with("here") && second.ends_with("here"));
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_no_body_on_the_wire() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let text = service
        .exchange("HEAD /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n"), "{text}");
    assert!(
        text.contains("content-type: application/problem+json\r\n"),
        "{text}"
    );
    assert!(text.ends_with("\r\n\r\n"), "{text}");
    service.end().await;
}

/// The whole body is written before anything is read: without the server's patience this is a reset connection.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_write_everything_first_get_their_answer() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let body = vec![b'x'; 4 << 20];
    for (path, expected) in [
        ("/length", "413 Payload Too Large"),
        ("/refused", "413 Payload Too Large"),
    ] {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        request.push_str(std::str::from_utf8(&body).unwrap());
        let text = service.exchange(request).await;
        assert!(
            text.starts_with(&format!("HTTP/1.1 {expected}")),
            "{path}: {text}"
        );
        assert!(text.contains("payload_too_large"), "{path}: {text}");
    }
    let within = &body[..1 << 20];
    let head = format!(
        "POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        within.len()
    );
    let text = service.exchange([head.as_bytes(), within].concat()).await;
    assert!(text.starts_with("HTTP/1.1 401 Unauthorized"), "{text}");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_over_the_limit_is_413() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x1_0000], b"\r\n"].concat();
    let mut request = b"POST /length HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n".to_vec();
    for _ in 0..40 {
        request.extend_from_slice(&chunk);
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let text = service.exchange(request).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_outlives_a_body_that_nobody_read() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let body = vec![b'x'; 1 << 20];
    let mut request = format!(
        "POST /refused HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    request.extend_from_slice(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    let text = service.exchange(request).await;
    assert!(
        text.contains("401 Unauthorized") && text.ends_with("here"),
        "{text}"
    );
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_expects_to_continue_is_answered_before_the_body() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let request = "POST /length HTTP/1.1\r\nhost: a\r\ncontent-length: 4194304\r\nexpect: 100-continue\r\n\r\n";
    let text = service.exchange(request).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
    service.end().await;
}

/// Routes with one handler that says when it runs, and waits until it may go on.
fn gated() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let gates = (entered.clone(), go_on.clone());
    let wait = move || {
        let (entered, go_on) = gates.clone();
        async move {
            entered.notify_one();
            go_on.notified().await;
            "finished"
        }
    };
    (routes().route("/wait", get(wait)), entered, go_on)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_lets_requests_finish_and_takes_no_more() {
    let (routes, entered, go_on) = gated();
    let service = Service::start(routes, HttpConfig::default()).await;
    let address = service.address;
    let idle = spawn_blocking(move || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .unwrap();
        read_answer(&mut stream);
        stream
    });
    let mut idle = idle.await.unwrap();
    let under_way = spawn_blocking(move || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n")
            .unwrap();
        read_all(&mut stream)
    });
    entered.notified().await;
    service.shutdown.begin();

    // The idle connection is closed once nothing new is taken.
    assert_eq!(
        spawn_blocking(move || read_all(&mut idle)).await.unwrap(),
        ""
    );
    assert!(
        spawn_blocking(move || TcpStream::connect(address))
            .await
            .unwrap()
            .is_err()
    );
    assert!(!service.ended.is_finished());
    go_on.notify_one();
    let text = under_way.await.unwrap();
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.ends_with("finished"),
        "{text}"
    );
    assert!(text.contains("connection: close\r\n"), "{text}");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_still_taken_while_the_service_drains() {
    let config = HttpConfig {
        drain: Duration::from_secs(2),
        ..HttpConfig::default()
    };
    let service = Service::start(routes(), config).await;
    service.shutdown.begin();
    let text = service.exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.contains("connection: close\r\n"),
        "{text}"
    );
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_at_the_door_at_the_end_is_let_in() {
    let config = HttpConfig::default();
    let shutdown = Shutdown::new();
    let service = layered(fallbacks(routes()), &config, &shutdown, &Metrics::off());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut clients: Vec<_> = (0..16).map(|_| connect(address)).collect();
    for client in &mut clients {
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .unwrap();
    }
    shutdown.begin();
    let ended = tokio::time::timeout(FOREVER, serve(listener, service, &config, &shutdown));
    ended.await.unwrap().unwrap();
    for client in &mut clients {
        assert!(read_all(client).ends_with("here"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_take_too_long_are_cut_off_in_the_end() {
    let (routes, entered, _go_on) = gated();
    let config = HttpConfig {
        shutdown_timeout: Duration::from_millis(100),
        ..HttpConfig::default()
    };
    let service = Service::start(routes, config).await;
    let address = service.address;
    let under_way = spawn_blocking(move || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        // Closed or reset: either way it is over.
        let _ = stream.read_to_string(&mut text);
        text
    });
    entered.notified().await;
    service.end().await;
    assert_eq!(under_way.await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused() {
    let service = Service::start(routes(), HttpConfig::default()).await;
    let text = service.exchange("nonsense\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 400 Bad Request"), "{text}");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_harms_nobody() {
    let (routes, entered, _go_on) = gated();
    let service = Service::start(routes, HttpConfig::default()).await;
    let address = service.address;
    let gone = spawn_blocking(move || {
        let mut stream = connect(address);
        stream
            .write_all(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n")
            .unwrap();
        stream
    });
    entered.notified().await;
    gone.await.unwrap().shutdown(Half::Both).unwrap();
    let text = service
        .exchange("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await;
    assert!(text.ends_with("here"), "{text}");
    // Had its request lived on, the shutdown would wait for it.
    service.end().await;
}
