//! Settings of the HTTP server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::reader::Reader;
use super::{Network, Profile};

const DEFAULT_PORT: u16 = 8000;
/// Long enough for the slowest sensible query, short enough that a stuck one does not hold its client for ever.
const DEFAULT_REQUEST_TIMEOUT_SECONDS: u64 = 30;
const DEFAULT_HEADER_TIMEOUT_SECONDS: u64 = 30;
const DEFAULT_SEND_TIMEOUT_SECONDS: u64 = 30;
/// Each takes a file descriptor and some 10 KiB.
const DEFAULT_CONNECTION_LIMIT: usize = 10_000;
const DEFAULT_BODY_LIMIT_BYTES: usize = 1 << 20;
const DEFAULT_SHUTDOWN_TIMEOUT_SECONDS: u64 = 30;
/// Load balancers take a few seconds to see that an instance is no longer ready.
const PRODUCTION_DRAIN_SECONDS: u64 = 5;
const AN_HOUR: f64 = 3600.0;

/// How the service listens and what a request may cost.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use skeleton_runtime::config::Config;
///
/// let variables = BTreeMap::from([("APP_ENV", "test"), ("BODY_LIMIT_BYTES", "4096")]);
/// let (config, _) = Config::load("newsroom", &variables).unwrap();
/// assert_eq!(config.http.body_limit, 4096);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct HttpConfig {
    /// `HOST` and `PORT`: where to listen. Port 0 takes a free one.
    pub address: SocketAddr,
    /// `REQUEST_TIMEOUT_SECONDS`: from the head of a request to the head of its answer, then 504. Too low cuts off
    /// slow queries and uploads; too high lets stuck ones pile up.
    pub request_timeout: Duration,
    /// `HEADER_TIMEOUT_SECONDS`: for the head of a request, then the connection is closed. It also bounds how long a
    /// connection may idle between two requests.
    pub header_timeout: Duration,
    /// `SEND_TIMEOUT_SECONDS`: how long a client may take nothing of its answer, then the connection is closed. Too low
    /// cuts off clients on bad lines; too high lets those that never read hold memory.
    pub send_timeout: Duration,
    /// `CONNECTION_LIMIT`: connections at once; others wait until one ends. It bounds the requests at once, too, and
    /// what they take of memory. Where the system lets the process open fewer files, that counts.
    pub connection_limit: usize,
    /// `BODY_LIMIT_BYTES`: of a request, then 413. Bodies are held in memory, so this times the number of requests at
    /// once is what uploads can take.
    pub body_limit: usize,
    /// `SHUTDOWN_DRAIN_SECONDS`: how long connections are still taken once a shutdown has begun. Too low, and load
    /// balancers send requests to a closed port.
    pub drain: Duration,
    /// `SHUTDOWN_TIMEOUT_SECONDS`: for the requests that are under way after the drain.
    pub shutdown_timeout: Duration,
    /// Not set, but known from the start: how long connections that clients keep are served, with `Connection: close`,
    /// once no new ones are taken. Only where another process goes on with the socket.
    pub linger: Duration,
    /// `CORS_ALLOWED_ORIGINS`: as `https://app.example.com`, or `*` for any; none switches CORS off.
    pub cors_origins: Vec<String>,
    /// `MANAGEMENT_ADDR`: where `/metrics` and `/health` are served instead of at `address`, as `127.0.0.1:9000`.
    pub management: Option<SocketAddr>,
    /// `PUBLIC_URL`: where clients find the service, for the OpenAPI document; without it they find it where they found
    /// the document. Without a slash at its end.
    pub public_url: Option<String>,
    /// `DOCS_ENABLED`: whether `/docs` and `/redoc` are served. On, except in production.
    pub docs_enabled: bool,
    /// `TRUSTED_PROXIES`: addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// The settings of development, on a free port.
impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            request_timeout: Duration::from_secs(DEFAULT_REQUEST_TIMEOUT_SECONDS),
            header_timeout: Duration::from_secs(DEFAULT_HEADER_TIMEOUT_SECONDS),
            send_timeout: Duration::from_secs(DEFAULT_SEND_TIMEOUT_SECONDS),
            connection_limit: DEFAULT_CONNECTION_LIMIT,
            body_limit: DEFAULT_BODY_LIMIT_BYTES,
            drain: Duration::ZERO,
            shutdown_timeout: Duration::from_secs(DEFAULT_SHUTDOWN_TIMEOUT_SECONDS),
            linger: Duration::ZERO,
            cors_origins: Vec::new(),
            management: None,
            public_url: None,
            docs_enabled: true,
            trusted_proxies: Vec::new(),
        }
    }
}

impl HttpConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let production = reader.profile == Profile::Production;
        let default_host = if production {
            Ipv4Addr::UNSPECIFIED
        } else {
            Ipv4Addr::LOCALHOST
        };
        let host = reader.parsed(
            "HOST",
            "write an address, as `0.0.0.0` or `::1`",
            parse_host,
        );
        let port = reader.number("PORT", DEFAULT_PORT, 0..=u16::MAX);
        let limits = Self::read_limits(reader);
        let drain = if production {
            PRODUCTION_DRAIN_SECONDS
        } else {
            0
        };
        Self {
            address: SocketAddr::new(host.unwrap_or(default_host.into()), port),
            drain: reader.seconds("SHUTDOWN_DRAIN_SECONDS", drain, 0.0..=AN_HOUR),
            shutdown_timeout: reader.seconds(
                "SHUTDOWN_TIMEOUT_SECONDS",
                DEFAULT_SHUTDOWN_TIMEOUT_SECONDS,
                0.0..=AN_HOUR,
            ),
            linger: Duration::ZERO,
            cors_origins: reader.list(
                "CORS_ALLOWED_ORIGINS",
                "write origins, as `https://app.example.com`, without a path",
                parse_origin,
            ),
            management: reader.parsed(
                "MANAGEMENT_ADDR",
                "write an address and a port, as `127.0.0.1:9000`",
                |text| text.parse().ok(),
            ),
            public_url: reader.parsed(
                "PUBLIC_URL",
                "write a URL, as `https://example.com/newsroom`",
                parse_public_url,
            ),
            docs_enabled: reader.switch("DOCS_ENABLED", !production),
            trusted_proxies: reader.list(
                "TRUSTED_PROXIES",
                "write addresses or networks, as `10.0.0.0/8`",
                Network::parse,
            ),
            ..limits
        }
    }

    /// What a request and a connection may cost.
    fn read_limits(reader: &mut Reader<'_>) -> Self {
        Self {
            request_timeout: reader.seconds(
                "REQUEST_TIMEOUT_SECONDS",
                DEFAULT_REQUEST_TIMEOUT_SECONDS,
                0.1..=AN_HOUR,
            ),
            header_timeout: reader.seconds(
                "HEADER_TIMEOUT_SECONDS",
                DEFAULT_HEADER_TIMEOUT_SECONDS,
                0.1..=AN_HOUR,
            ),
            send_timeout: reader.seconds(
                "SEND_TIMEOUT_SECONDS",
                DEFAULT_SEND_TIMEOUT_SECONDS,
                0.1..=AN_HOUR,
            ),
            connection_limit: reader.number(
                "CONNECTION_LIMIT",
                DEFAULT_CONNECTION_LIMIT,
                1..=1_000_000,
            ),
            body_limit: reader.number("BODY_LIMIT_BYTES", DEFAULT_BODY_LIMIT_BYTES, 1..=1 << 30),
            ..Self::default()
        }
    }
}

fn parse_host(text: &str) -> Option<IpAddr> {
    if text == "localhost" {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    text.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

/// As it stands in links, without the slash that paths begin with.
fn parse_public_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>?#@".contains(&byte);
    let usable = !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(plain);
    usable.then(|| text.to_owned())
}

/// Browsers send origins in lower case and without the scheme's own port; anything else would never match.
fn parse_origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let text = text.to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let own_port = (scheme == "https" && authority.ends_with(":443"))
        || (scheme == "http" && authority.ends_with(":80"));
    let usable = matches!(scheme, "http" | "https")
        && !authority.is_empty()
        && authority.bytes().all(plain)
        && !own_port;
    usable.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        assert_eq!(
            parse_origin("https://App.example.com").as_deref(),
            Some("https://app.example.com")
        );
        assert_eq!(
            parse_origin("http://localhost:5173").as_deref(),
            Some("http://localhost:5173")
        );
        assert_eq!(parse_origin("*").as_deref(), Some("*"));
        for text in [
            "app.example.com",
            "https://",
            "https://a/",
            "ftp://a",
            "https://a:443",
            "https://a b",
        ] {
            assert_eq!(parse_origin(text), None, "{text}");
        }
    }

    #[test]
    fn public_urls_end_without_a_slash() {
        assert_eq!(
            parse_public_url("https://example.com/newsroom/").as_deref(),
            Some("https://example.com/newsroom")
        );
        for text in [
            "example.com",
            "https://",
            "https:///a",
            "https://a/?b",
            "https://a b",
        ] {
            assert_eq!(parse_public_url(text), None, "{text}");
        }
    }

    #[test]
    fn hosts_are_addresses() {
        assert_eq!(parse_host("localhost"), parse_host("127.0.0.1"));
        assert_eq!(parse_host("[::1]"), parse_host("::1"));
        assert!(parse_host("::1").is_some());
        assert_eq!(parse_host("example.com"), None);
    }
}
