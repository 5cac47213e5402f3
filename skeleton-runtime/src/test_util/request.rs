//! Requests of a test, and what they are answered.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value as JsonValue;
use tower::ServiceExt as _;

use crate::auth::{RoleRef, RoleSet};
use crate::db::record;

use super::TestApp;
use super::client::email_of;

/// A request on its way to a [`TestApp`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct TestRequest<'a> {
    app: &'a TestApp,
    method: String,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    caller: Option<(String, RoleRef)>,
    peer: Option<SocketAddr>,
}

impl<'a> TestRequest<'a> {
    pub(super) fn new(app: &'a TestApp, method: &str, path: &str) -> Self {
        Self {
            app,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            caller: None,
            peer: None,
        }
    }

    /// Sends it as the one account of this role that the test has.
    pub fn as_role<R: RoleSet>(self, role: R) -> Self {
        let role = role.role();
        self.caller(&email_of(role), role)
    }

    /// Sends it as the account of this e-mail, which is made with this role if there is none.
    pub fn as_account<R: RoleSet>(self, email: &str, role: R) -> Self {
        self.caller(email, role.role())
    }

    pub(super) fn caller(mut self, email: &str, role: RoleRef) -> Self {
        self.caller = Some((email.to_owned(), role));
        self
    }

    /// Sends it with this bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a header; one that is there already is sent twice.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a header name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.headers.append(name, value);
        self
    }

    /// Sends it as if from this address, over the network.
    pub fn from_address(mut self, address: IpAddr) -> Self {
        self.peer = Some(SocketAddr::new(address, 49_152));
        self
    }

    /// Sends JSON.
    pub fn json(self, body: &JsonValue) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends a body of any type.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// Sends the request and waits for the whole answer.
    ///
    /// # Panics
    ///
    /// When the request is not one of HTTP.
    pub async fn send(mut self) -> TestResponse {
        if let Some((email, role)) = self.caller.take() {
            // Whoever counts statements counts those of requests: not those of a login.
            let (token, _) = record(Box::pin(self.app.token_for(&email, role))).await;
            self = self.bearer(&token);
        }
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(&self.path)
            .body(Body::from(self.body))
            .expect("a request of HTTP");
        *request.headers_mut() = self.headers;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let router = self.app.service().router().clone();
        let Ok(response) = Box::pin(router.oneshot(request)).await;
        let (parts, body) = response.into_parts();
        let bytes = body
            .collect()
            .await
            .expect("the body of an answer comes whole")
            .to_bytes();
        TestResponse {
            asked: format!(
                "{} {} on {}",
                self.method,
                self.path,
                self.app.backend().name()
            ),
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: bytes,
        }
    }
}

/// An answer. It is printed as the request, the status and the body.
#[derive(Debug, Clone)]
pub struct TestResponse {
    asked: String,
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl fmt::Display for TestResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} {}", self.asked, self.status, self.text())
    }
}

impl TestResponse {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header; its first value, if it comes more than once.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is not JSON, or is not declared as JSON.
    #[track_caller]
    pub fn json(&self) -> JsonValue {
        let content_type = self
            .header(header::CONTENT_TYPE.as_str())
            .unwrap_or_default();
        assert!(
            content_type.contains("json"),
            "{}: {content_type:?} is no JSON",
            self.asked
        );
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    /// The answer itself, if it has this status.
    ///
    /// # Panics
    ///
    /// When it has another; the message has the answer.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the check is what it is called for"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// The problem body, if the answer has this status and code.
    ///
    /// # Panics
    ///
    /// When it has another, or its body is not what the contract says of problems.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> JsonValue {
        let this = self.expect(status);
        assert_eq!(
            this.header("content-type"),
            Some("application/problem+json"),
            "{}",
            this.asked
        );
        let problem = this.json();
        assert_eq!(problem["code"], code, "{}: {problem}", this.asked);
        assert_eq!(problem["status"], status, "{}: {problem}", this.asked);
        assert_eq!(
            problem["request_id"].as_str(),
            this.header("x-request-id"),
            "{}: {problem}",
            this.asked
        );
        problem
    }
}
