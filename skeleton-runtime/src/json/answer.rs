//! Answers in JSON.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::JSON;
use crate::error::{Error, Result};

/// An answer with this value as its body.
///
/// ```
/// use skeleton_runtime::axum::http::StatusCode;
/// use skeleton_runtime::json::answer;
///
/// let response = answer(StatusCode::ACCEPTED, &"soon").unwrap();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// ```
///
/// # Errors
///
/// 500 `internal` when the value can't be written as JSON.
pub fn answer(status: StatusCode, value: &impl Serialize) -> Result<Response> {
    let body = serde_json::to_vec(value).map_err(Error::internal)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(response)
}
