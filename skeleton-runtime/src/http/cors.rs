//! Which other sites' pages may call.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::context::X_REQUEST_ID;
use crate::config::HttpConfig;
use crate::resource::{IDEMPOTENCY_KEY, REPLAYED};

/// Chromium keeps a preflight's answer for two hours at most; an hour lets a changed setting bind soon.
const PREFLIGHT_LIFETIME: Duration = Duration::from_hours(1);
const METHODS: [Method; 6] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];
/// What the contract reads of a request.
const REQUEST_HEADERS: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    IDEMPOTENCY_KEY,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    X_REQUEST_ID,
];
/// What the contract tells in headers.
const RESPONSE_HEADERS: [HeaderName; 7] = [
    header::ETAG,
    REPLAYED,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    X_REQUEST_ID,
];

/// The layer, if any origin is configured. Cookies are not allowed: tokens travel in a header.
pub(super) fn layer(config: &HttpConfig) -> Option<CorsLayer> {
    if config.cors_origins.is_empty() {
        return None;
    }
    let origins = if config.cors_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let values = config.cors_origins.iter();
        AllowOrigin::list(values.filter_map(|origin| HeaderValue::from_str(origin).ok()))
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(PREFLIGHT_LIFETIME);
    Some(layer)
}
