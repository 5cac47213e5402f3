//! Errors on the wire: RFC 9457 problem bodies.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::{Code, Error, Fault};

/// The media type of RFC 9457, section 3.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// The part of an [`Error`] that the client is told.
///
/// It travels in the extensions of the response until the outermost layer, which knows the request's id, writes the
/// body anew with [`Problem::write`]. The cause travels with it, for the log.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Problem(Arc<Told>);

#[derive(Debug)]
struct Told {
    code: Code,
    detail: Cow<'static, str>,
    faults: Vec<Fault>,
    cause: Option<super::Cause>,
}

/// The cause of a refusal that is one of many.
#[derive(Debug)]
pub(super) struct Overload;

impl Overload {
    pub(super) fn is_why(cause: Option<&super::Cause>) -> bool {
        cause.is_some_and(|cause| cause.is::<Self>())
    }
}

impl std::fmt::Display for Overload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("there is more to do than can be done")
    }
}

impl std::error::Error for Overload {}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
}

impl Problem {
    /// The code of the problem.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The cause with its sources, `: ` between them, for the log alone.
    pub fn cause(&self) -> Option<String> {
        self.0.cause.as_deref().map(|cause| super::chain(cause))
    }

    /// Whether it is one of many refusals, which are told together.
    pub(crate) fn is_overload(&self) -> bool {
        Overload::is_why(self.0.cause.as_ref())
    }

    /// The body, with the id that finds the request in the log.
    pub fn write(&self, request_id: Option<&str>) -> Vec<u8> {
        let status = self.0.code.status();
        let wire = Wire {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: self.0.code.as_str(),
            detail: &self.0.detail,
            request_id,
            errors: &self.0.faults,
        };
        serde_json::to_vec(&wire).unwrap_or_else(|_| b"{}".to_vec())
    }

    /// Replaces the body of `response` by this problem's, told with the request's id.
    pub fn write_into(&self, response: &mut Response, request_id: &str) {
        let body = self.write(Some(request_id));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        *response.body_mut() = Body::from(body);
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let parts = *self.0;
        let status: StatusCode = parts.code.status();
        let problem = Problem(Arc::new(Told {
            code: parts.code,
            detail: parts.detail,
            faults: parts.faults,
            cause: parts.cause,
        }));
        let mut response = Response::new(Body::from(problem.write(None)));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, MEDIA_TYPE);
        for (name, value) in parts.headers {
            response.headers_mut().append(name, value);
        }
        response.extensions_mut().insert(problem);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_logged_and_not_told() {
        let response = Error::internal("password=canary").into_response();
        let problem = response.extensions().get::<Problem>().unwrap();
        assert_eq!(problem.cause().as_deref(), Some("password=canary"));
        let body = String::from_utf8(problem.write(Some("r-1"))).unwrap();
        assert!(!body.contains("canary"), "{body}");
        assert!(body.contains(r#""request_id":"r-1""#), "{body}");
    }
}
