//! Who sent a request, and the id by which it is found again.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::config::Network;
use crate::telemetry::{Belonging, TraceId, TraceParent, outbound};

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_ID: usize = 128;

/// The request's id, its trace, and the client's address. An extractor that never fails.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::http::RequestContext;
///
/// async fn which(request: RequestContext) -> Json<String> {
///     Json(format!("{} of {:?}", request.id(), request.client_address()))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RequestContext {
    id: HeaderValue,
    trace: TraceId,
    parent: Option<TraceParent>,
    client: Option<IpAddr>,
}

impl RequestContext {
    pub(super) fn of(request: &Request, trusted: &[Network]) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let fresh = Uuid::now_v7();
        let parent = TraceParent::of_request(request.headers());
        Self {
            id: inbound_id(request.headers()).unwrap_or_else(|| header_of(fresh)),
            trace: parent.map_or_else(|| TraceId::of_request(fresh), |parent| parent.trace),
            parent,
            client: peer.map(|ConnectInfo(peer)| client(peer.ip(), request.headers(), trusted)),
        }
    }

    /// The id: the caller's own where it is 1–128 characters of `[A-Za-z0-9._-]`, else a `UUIDv7`. The answer carries it
    /// as `x-request-id`.
    pub fn id(&self) -> &str {
        // It was made of ASCII.
        self.id.to_str().unwrap_or_default()
    }

    /// The trace that the request belongs to: the caller's, or one that begins here.
    pub fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// The header `traceparent` for a call to another service on behalf of this request, so that its trace goes on
    /// there.
    pub fn traceparent(&self) -> String {
        outbound(self.belonging())
    }

    pub(super) fn belonging(&self) -> Belonging {
        Belonging {
            trace: self.trace,
            parent: self.parent,
        }
    }

    pub(super) fn id_header(&self) -> HeaderValue {
        self.id.clone()
    }

    /// The client's address: the peer's, or what `X-Forwarded-For` says where the peer is a trusted proxy. `None` where
    /// the request did not come over the network, as in tests.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.client
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<Self>().cloned();
        Ok(context.unwrap_or_else(|| {
            let fresh = Uuid::now_v7();
            Self {
                id: header_of(fresh),
                trace: TraceId::of_request(fresh),
                parent: None,
                client: None,
            }
        }))
    }
}

fn inbound_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(X_REQUEST_ID)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let usable = (1..=LONGEST_ID).contains(&id.len()) && id.as_bytes().iter().all(plain);
    usable.then(|| id.clone())
}

fn header_of(id: Uuid) -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown"))
}

/// Each proxy appends the address that it saw. So the last ones are to be believed, as long as it is a trusted proxy
/// that wrote them; the first may be the client's invention.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let hops = headers.get_all(X_FORWARDED_FOR).iter().rev();
    for hop in hops.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b',')) {
        if !is_trusted(client) {
            break;
        }
        match parse_hop(hop) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// Some proxies write the port too.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use skeleton_fuzz::Fuzz;

    use super::*;

    fn trusted() -> [Network; 2] {
        ["10.0.0.0/8", "fd00::/8"].map(|network| Network::parse(network).unwrap())
    }

    fn client_of(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        client(peer.parse().unwrap(), &headers, &trusted()).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client_of("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client_of("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            client_of("::ffff:10.0.0.1", &["198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_is_the_clients() {
        assert_eq!(
            client_of("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1"
        );
        assert_eq!(
            client_of("10.0.0.1", &["1.1.1.1", "198.51.100.1", "fd00::1"]),
            "198.51.100.1"
        );
        assert_eq!(
            client_of("10.0.0.1", &["198.51.100.1:4711"]),
            "198.51.100.1"
        );
        assert_eq!(
            client_of("10.0.0.1", &["[2001:db8::1]:4711"]),
            "2001:db8::1"
        );
    }

    #[test]
    fn a_trace_goes_on_in_other_services() {
        const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let traceparent = |headers: &[(&str, &str)]| {
            let mut request = axum::http::Request::get("/");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(axum::body::Body::empty()).unwrap();
            let context = RequestContext::of(&request, &[]);
            (context.trace_id().to_string(), context.traceparent())
        };
        let (trace, onwards) = traceparent(&[("traceparent", PARENT)]);
        assert_eq!(trace, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(onwards, PARENT);
        let (trace, onwards) = traceparent(&[]);
        assert!(onwards.starts_with(&format!("00-{trace}-")) && onwards.ends_with("-00"));
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(
            client_of("10.0.0.1", &["198.51.100.1, unknown"]),
            "10.0.0.1"
        );
        assert_eq!(client_of("10.0.0.1", &[]), "10.0.0.1");
    }

    const WORDS: &[&str] = &[
        "10.0.0.2",
        "198.51.100.1",
        "198.51.100.1:4711",
        "fd00::1",
        "2001:db8::1",
        "[2001:db8::1]:4711",
        "::ffff:10.0.0.3",
        "::ffff:198.51.100.1",
        "unknown",
        ", ",
        "\n",
    ];

    /// Each line is a header.
    #[test]
    fn fuzz_the_client_is_whom_the_first_of_the_trusted_saw() {
        let trusted = trusted();
        let is_trusted = |address: &IpAddr| trusted.iter().any(|known| known.contains(*address));
        let [proxy, stranger] = ["10.0.0.1", "203.0.113.9"].map(|text| text.parse().unwrap());
        let figures = Fuzz::target("forwarded").words(WORDS).run(|text| {
            let lines = text.split(|byte| *byte == b'\n');
            let lines = lines.filter_map(|line| HeaderValue::from_bytes(line).ok());
            let headers: HeaderMap = lines.map(|line| (X_FORWARDED_FOR, line)).collect();
            assert_eq!(client(stranger, &headers, &trusted), stranger);
            let lines = headers.get_all(X_FORWARDED_FOR).iter();
            let hops = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
            let hops: Vec<_> = hops.map(parse_hop).collect();
            let behind = hops.iter().rev();
            let behind: Vec<_> = behind.map_while(|hop| hop.filter(is_trusted)).collect();
            let before = hops.iter().rev().nth(behind.len()).copied().flatten();
            let expected = before.or(behind.last().copied()).unwrap_or(proxy);
            let found = client(proxy, &headers, &trusted);
            assert_eq!(found, expected, "{headers:?}");
            assert_eq!(found, found.to_canonical(), "{headers:?}");
            (found.is_ipv4(), before.is_some(), behind.len().min(8))
        });
        assert!(figures.outcomes > 5, "{figures:?}");
    }

    #[test]
    fn inbound_ids_are_taken_if_they_are_plain() {
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_str(text).unwrap());
            inbound_id(&headers).is_some()
        };
        assert!(id("a") && id("Az09._-") && id(&"x".repeat(128)));
        assert!(!id("") && !id("a b") && !id("a\"") && !id("a/b") && !id(&"x".repeat(129)));
    }
}
