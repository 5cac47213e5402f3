//! The server: takes connections, serves each in a task of its own, and ends without cutting off a request.
//!
//! It runs on hyper itself, since `axum::serve` sets no time limit for the head of a request, which leaves a service
//! open to clients that send one byte a minute.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::ConnectInfo;
use axum::http::Request;
use futures_util::future::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tower::Service as _;
use tracing::{debug, error, warn};

use super::patience::Patient;
use super::{Shutdown, framing};
use crate::Result;
use crate::config::HttpConfig;

/// With no file descriptor left, accepting fails until a connection ends; to try again at once would burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a connection may be without a request once the service ends: an answer to a slow client is cut off when
/// it takes longer than this to be written, and half a head holds up the end for as long.
const IDLE_AT_THE_END: Duration = Duration::from_secs(5);

/// How long the first request of a new connection may be under way to us once the service ends.
const FIRST_REQUEST: Duration = Duration::from_millis(250);

/// How many connections the system takes ahead of us.
const LONGEST_LINE: usize = 4096;

/// Serves `router` on `listener` until the shutdown is over.
///
/// No more than [`HttpConfig::connection_limit`] are served at once; the system lets others wait.
///
/// Once it begins, connections are still taken for [`HttpConfig::drain`], since load balancers need time to see that
/// the service is not ready; then the listener is closed, idle connections with it (after [`HttpConfig::linger`]), and
/// requests under way have [`HttpConfig::shutdown_timeout`] to finish.
///
/// # Errors
///
/// None at present: faults of single connections are logged.
#[doc(hidden)]
pub async fn serve(
    listener: TcpListener,
    router: Router,
    config: &HttpConfig,
    shutdown: &Shutdown,
) -> Result<()> {
    let server = Server::new(router, config);
    let mut connections = JoinSet::new();
    let closed = Shutdown::new();
    let mut over = pin!(async {
        shutdown.begun().await;
        tokio::time::sleep(config.drain).await;
    });
    let mut fullness = Fullness::new(config.connection_limit);
    loop {
        let is_full = fullness.look(connections.len());
        tokio::select! {
            () = &mut over => break,
            Some(ended) = connections.join_next() => report(ended),
            (stream, peer) = accept(&listener), if !is_full => {
                connections.spawn(server.clone().connection(stream, peer, closed.clone()));
            }
        }
    }
    for (stream, peer) in last_in_line(listener) {
        connections.spawn(server.clone().connection(stream, peer, closed.clone()));
    }
    linger(&mut connections, config.linger).await;
    closed.begin();
    finish(connections, config.shutdown_timeout).await;
    Ok(())
}

/// Whether there is room for another connection. That there is none is told once, not each time that one ends.
struct Fullness {
    limit: usize,
    was_told: bool,
}

impl Fullness {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            was_told: false,
        }
    }

    fn look(&mut self, connections: usize) -> bool {
        let is_full = connections >= self.limit;
        if is_full && !self.was_told {
            warn!(
                connections,
                "there are as many connections as CONNECTION_LIMIT; others wait"
            );
        }
        self.was_told = is_full || (self.was_told && connections > self.limit / 2);
        is_full
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_connection(&error) => {
                debug!(%error, "a connection ended before it was taken");
            }
            Err(error) => {
                error!(%error, "no connection can be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Closes the door behind those who stand there already: the system has taken their connection, and may have taken
/// their request, and would reset both.
fn last_in_line(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    let waiting = std::iter::from_fn(|| listener.accept().ok()).take(LONGEST_LINE);
    let taken = waiting.filter_map(|(stream, peer)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    });
    taken.collect()
}

fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Whoever keeps a connection is told with the next answer to open another, which is for the successor.
async fn linger(connections: &mut JoinSet<()>, limit: Duration) {
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    // Whoever has asked for nothing by then is closed as at any end.
    let _ = tokio::time::timeout(limit, ended).await;
}

async fn finish(mut connections: JoinSet<()>, limit: Duration) {
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    if tokio::time::timeout(limit, ended).await.is_err() {
        warn!(
            connections = connections.len(),
            "requests took longer than the shutdown may; they are cut off"
        );
        connections.shutdown().await;
    }
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        error!(%error, "the task of a connection panicked");
    }
}

/// What every connection shares.
#[derive(Clone)]
struct Server {
    http: http1::Builder,
    router: Router,
    send_timeout: Duration,
}

impl Server {
    fn new(router: Router, config: &HttpConfig) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(config.header_timeout);
        // Given its state, the router makes its routes once and not for each request.
        Self {
            http,
            router: router.with_state(()),
            send_timeout: config.send_timeout,
        }
    }

    async fn connection(self, stream: TcpStream, peer: SocketAddr, closed: Shutdown) {
        // Answers are written whole; waiting for more would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "TCP_NODELAY can't be set");
        }
        let router = self.router;
        let requests = Arc::new(Requests::default());
        let counter = requests.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(body);
            request.extensions_mut().insert(ConnectInfo(peer));
            let counted = UnderWay::begin(counter.clone());
            let answer = match framing::refusal(&request) {
                Some(refusal) => Either::Left(std::future::ready(Ok(refusal))),
                None => Either::Right(router.clone().call(request)),
            };
            async move {
                let answered = answer.await;
                drop(counted);
                answered
            }
        });
        let stream = TokioIo::new(Patient::new(stream, self.send_timeout));
        let mut connection = pin!(self.http.serve_connection(stream, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = requests.last(&closed) => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => Some(ended),
                    () = requests.idle() => None,
                }
            }
        };
        match ended {
            Some(Ok(())) => {}
            // Clients that go away, are too slow, or speak no HTTP: their affair.
            Some(Err(error)) => {
                debug!(%error, client.address = %peer.ip(), "a connection failed");
            }
            None => {
                debug!(client.address = %peer.ip(), "a connection without a request is closed");
            }
        }
    }
}

/// The requests of a connection.
#[derive(Default)]
struct Requests {
    under_way: AtomicUsize,
    has_begun: AtomicBool,
}

impl Requests {
    /// Waits until the door is closed, and no first request is to be expected any more: told to end, a connection of
    /// which nothing was read is closed at once, though a request may lie in it.
    async fn last(&self, closed: &Shutdown) {
        closed.begun().await;
        if !self.has_begun.load(Ordering::Relaxed) {
            tokio::time::sleep(FIRST_REQUEST).await;
        }
    }

    /// Waits until there was none for a while: half a head must not hold up the end of the service.
    async fn idle(&self) {
        loop {
            tokio::time::sleep(IDLE_AT_THE_END).await;
            if self.under_way.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }
}

/// Counts a request until its answer is there, however it ends.
struct UnderWay(Arc<Requests>);

impl UnderWay {
    fn begin(requests: Arc<Requests>) -> Self {
        requests.has_begun.store(true, Ordering::Relaxed);
        requests.under_way.fetch_add(1, Ordering::Relaxed);
        Self(requests)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Most requests have no body, and an empty one costs no allocation.
fn body(body: Incoming) -> Body {
    if body.is_end_stream() {
        Body::empty()
    } else {
        Body::new(body)
    }
}
