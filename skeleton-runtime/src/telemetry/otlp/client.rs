//! Just enough of an HTTP client to hand batches to a collector, over one connection that is kept.

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::TracesConfig;

/// An answer is a few bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Why a batch was not taken. Never quotes the endpoint, which may hold a password.
#[derive(Debug)]
pub(super) struct Refusal {
    reason: String,
    may_pass: bool,
}

impl Refusal {
    /// Something between here and the collector.
    pub(super) fn of(reason: impl fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
            may_pass: true,
        }
    }

    pub(super) const fn may_pass(&self) -> bool {
        self.may_pass
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

pub(super) struct Client {
    host: String,
    port: u16,
    path: String,
    headers: HeaderMap,
    tls: Option<TlsConnector>,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    /// Connects nowhere yet.
    pub(super) fn new(config: &TracesConfig) -> Result<Self, String> {
        let uri: Uri = config
            .endpoint
            .expose()
            .parse()
            .map_err(|_| "the endpoint of OTLP is no URL")?;
        let host = uri.host().ok_or("the endpoint of OTLP has no host")?;
        let is_tls = uri.scheme() == Some(&Scheme::HTTPS);
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            path: uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
            headers: headers(config, host, uri.port_u16())?,
            tls: is_tls.then(connector).transpose()?,
            connection: None,
        })
    }

    /// Sends a batch, and gives the body of the answer.
    pub(super) async fn post(&mut self, body: Bytes) -> Result<Vec<u8>, Refusal> {
        let mut connection = match self.connection.take() {
            Some(connection) if connection.is_ready() => connection,
            _ => self.connect().await?,
        };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.path.parse().map_err(Refusal::of)?;
        *request.headers_mut() = self.headers.clone();
        connection.ready().await.map_err(Refusal::of)?;
        let answer = connection
            .send_request(request)
            .await
            .map_err(Refusal::of)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER);
        let body = body.collect().await.map_err(Refusal::of)?;
        self.connection = Some(connection);
        if status.is_success() {
            return Ok(body.to_bytes().into());
        }
        Err(Refusal {
            reason: format!("it answers {status}"),
            // Those that the OTLP specification has tried again.
            may_pass: matches!(status.as_u16(), 429 | 502..=504),
        })
    }

    /// Forgets the connection.
    pub(super) fn disconnect(&mut self) {
        self.connection = None;
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Refusal> {
        let stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(Refusal::of)?;
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            let (connection, work) = handshake(TokioIo::new(stream)).await.map_err(Refusal::of)?;
            tokio::spawn(work);
            return Ok(connection);
        };
        let name = ServerName::try_from(self.host.clone()).map_err(Refusal::of)?;
        let stream = tls.connect(name, stream).await.map_err(Refusal::of)?;
        let (connection, work) = handshake(TokioIo::new(stream)).await.map_err(Refusal::of)?;
        tokio::spawn(work);
        Ok(connection)
    }
}

fn headers(config: &TracesConfig, host: &str, port: Option<u16>) -> Result<HeaderMap, String> {
    let host = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| error.to_string());
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, value(&host)?);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-protobuf"),
    );
    for (name, secret) in &config.headers {
        let fault = format!("OTEL_EXPORTER_OTLP_HEADERS has `{name}`, which is no header");
        let name = HeaderName::try_from(name.as_str()).map_err(|_| fault)?;
        let mut value = value(secret.expose())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// Trusts the authorities of the system.
fn connector() -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
