//! Where the endpoints of accounts are mounted.

use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{delete, get, post};

use super::authenticator::Authenticator;
use super::handlers::{jwks, me, register, token};
use super::session_handlers::{end, end_all, list, log_out, password, refresh};
use super::setup::{page, script, set_up};

/// Everything under `/auth`, each answer with `cache-control: no-store`; the public keys.
#[doc(hidden)]
pub fn router<S>() -> Router<S>
where
    Authenticator: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/auth/register", post(register))
        .route("/auth/token", post(token))
        .route("/auth/refresh", post(refresh))
        .route("/auth/logout", post(log_out))
        .route("/auth/sessions", get(list).delete(end_all))
        .route("/auth/sessions/{id}", delete(end))
        .route("/auth/password", post(password))
        .route("/auth/me", get(me))
        .route("/auth/setup", post(set_up))
        .route("/setup", get(page))
        .route("/setup/start.js", get(script))
        .layer(map_response(no_store))
        .route("/.well-known/jwks.json", get(jwks))
}

async fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
