//! What the HTTP parser lets through, though others on the way may read it otherwise.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Version, header};
use axum::response::Response;

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// 400 without a body, and the end of the connection, for a request of which a proxy might have seen another host or
/// another end: who knows whose the next bytes are.
pub(super) fn refusal<B>(request: &Request<B>) -> Option<Response> {
    let headers = request.headers();
    let is_sound = has_one_host(request.version(), headers) && is_chunked_once(headers);
    if is_sound {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONNECTION, CLOSE);
    Some(response)
}

/// RFC 9112, section 3.2: one, and a sound one; only HTTP/1.0 knows requests without.
fn has_one_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.as_bytes().iter().all(|byte| is_of_a_host(*byte)),
        (None, None) => version == Version::HTTP_10,
        _ => false,
    }
}

/// RFC 3986, section 3.2, without a user.
fn is_of_a_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(&byte)
}

/// The one coding that there is, once: `chunked, chunked` and `gzip, chunked` are read differently by different servers.
fn is_chunked_once(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(version: Version, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        refusal(&request.body(()).unwrap()).is_some()
    }

    #[test]
    fn a_request_has_one_sound_host() {
        for host in ["a", "example.com:8000", "[::1]:80", "", "xn--e1afmkfd.test"] {
            assert!(!is_refused(Version::HTTP_11, &[("host", host)]), "{host}");
        }
        for host in ["a b", "user@a", "a/b", "a\\b", "ä"] {
            assert!(is_refused(Version::HTTP_11, &[("host", host)]), "{host}");
        }
        assert!(is_refused(
            Version::HTTP_11,
            &[("host", "a"), ("host", "a")]
        ));
        assert!(is_refused(Version::HTTP_11, &[]));
        assert!(!is_refused(Version::HTTP_10, &[]));
    }

    #[test]
    fn a_body_is_chunked_once() {
        let refused = |coding: &str| {
            let headers = [("host", "a"), ("transfer-encoding", coding)];
            is_refused(Version::HTTP_11, &headers)
        };
        assert!(!refused("chunked") && !refused("Chunked"));
        assert!(refused("chunked, chunked") && refused("gzip, chunked") && refused("identity"));
        let twice = [
            ("host", "a"),
            ("transfer-encoding", "chunked"),
            ("transfer-encoding", "chunked"),
        ];
        assert!(is_refused(Version::HTTP_11, &twice));
    }
}
