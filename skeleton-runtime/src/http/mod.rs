//! HTTP: the server, the way of a request through it, and what handlers take and give.
//!
//! Each request goes through these, outermost first; only this module knows the order.
//!
//! | step | where | gives |
//! | --- | --- | --- |
//! | parser, time limit for the head | [`serve()`] | a closed connection |
//! | one host, one end of the body | `framing` | 400 and a closed connection |
//! | request id, client address | [`RequestContext`] | `x-request-id` |
//! | span, line in the log, figures | `stack` | |
//! | panic guard | `stack` | 500 |
//! | deadline | `stack` | 504 |
//! | body limit | `body` | 413 |
//! | CORS, where configured | `cors` | preflight answers |
//! | handler, or a fallback | [`fallbacks`] | 404, 405, `OPTIONS` |
//!
//! Routing itself comes before them: it can't fail, and the log wants to know the route.

mod body;
mod context;
mod cors;
mod extract;
mod framing;
mod health;
mod metrics;
mod patience;
mod plain;
mod serve;
mod shutdown;
mod stack;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

pub use context::RequestContext;
pub use extract::{Json, Path, Query};
pub use health::{CheckReport, Health, HealthReport, HealthStatus, Readiness};
pub use metrics::metrics_route;
pub use serve::serve;
pub use shutdown::Shutdown;

use crate::config::HttpConfig;
use crate::error::{Code, Error};
use crate::telemetry::Metrics;

/// Puts the layers around every route and fallback of `router`. To be called last, after [`fallbacks`].
#[doc(hidden)]
pub fn layered<S>(
    router: Router<S>,
    config: &HttpConfig,
    shutdown: &Shutdown,
    metrics: &Metrics,
) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let router = match cors::layer(config) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(stack::StackLayer::new(config, shutdown, metrics))
}

/// Answers what no route answers: 404 for an unknown path; for a known one 405, or 204 to `OPTIONS`, both with
/// `Allow`.
///
/// To be called after all routes: those added later would answer 405 without a problem body.
#[doc(hidden)]
pub fn fallbacks<S>(router: Router<S>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(unknown_method)
}

async fn unknown_path() -> Error {
    Error::new(Code::NotFound, "there is nothing at this path")
}

/// The router adds `Allow`.
async fn unknown_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    Error::new(
        Code::MethodNotAllowed,
        "this path has other methods, which Allow lists",
    )
    .into_response()
}

#[cfg(test)]
mod tests;
