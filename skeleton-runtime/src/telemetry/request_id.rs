//! The id by which a request is found again.

use axum::http::HeaderValue;

/// The id of a request, kept in its extensions.
///
/// ```
/// use skeleton_runtime::axum::Extension;
/// use skeleton_runtime::telemetry::RequestId;
///
/// async fn which(Extension(id): Extension<RequestId>) -> String {
///     id.as_str().to_owned()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) const fn new(id: HeaderValue) -> Self {
        Self(id)
    }

    /// As in `x-request-id`.
    pub fn as_str(&self) -> &str {
        // It was made of ASCII.
        self.0.to_str().unwrap_or_default()
    }
}
