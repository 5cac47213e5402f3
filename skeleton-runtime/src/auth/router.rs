//! Where the endpoints of accounts are mounted.

use axum::Router;
use axum::extract::FromRef;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};

use super::authenticator::Authenticator;
use super::handlers::{me, register, token};

/// `POST /auth/register`, `POST /auth/token` and `GET /auth/me`, each answer with `cache-control: no-store`.
pub fn router<S>() -> Router<S>
where
    Authenticator: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/auth/register", post(register))
        .route("/auth/token", post(token))
        .route("/auth/me", get(me))
        .layer(map_response(no_store))
}

async fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
