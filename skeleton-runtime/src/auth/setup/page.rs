//! `GET /setup`: the page that a setup link leads to.
//!
//! The link has its token behind a `#`, which browsers send to nobody, so that no log has it; the page's script puts
//! it into the body. The page is the same for all, and tells nothing of the service.

use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// 200, HTML.
pub(in crate::auth) async fn page() -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(include_str!("page.html"))).into_response()
}

/// 200, the page's script.
pub(in crate::auth) async fn script() -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
    ];
    (headers, include_str!("page.js")).into_response()
}
