//! `/metrics`.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::routing::get;

use crate::telemetry::Metrics;

/// The media type of Prometheus's text format.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
const HEADERS: [(HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, MEDIA_TYPE),
    (header::CACHE_CONTROL, "no-store"),
];

/// The route, where anything is recorded.
#[doc(hidden)]
pub fn metrics_route<S>(metrics: &Metrics) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    if !metrics.is_on() {
        return Router::new();
    }
    let metrics = metrics.clone();
    let scrape = move || std::future::ready((HEADERS, metrics.render()));
    Router::new().route("/metrics", get(scrape))
}
