//! Bodies as they come over the wire, and whether they are of a type that is read here.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};

use crate::error::{Code, Error, Result};

/// The media type of JSON.
pub const JSON: &str = "application/json";

/// The bytes of a body that is declared as `application/json`.
///
/// Hand them to [`read_object`](super::read_object). Rejections are those of [`read_body`].
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct JsonBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        read_body(request, &[JSON]).await.map(Self)
    }
}

/// Reads a whole body whose media type is one of `accepted` (lower-case, without parameters).
///
/// The size is bounded by whatever limit is laid on the request.
///
/// # Errors
///
/// 415 `unsupported_media_type` for another or no `Content-Type`, a charset other than UTF-8, or any
/// `Content-Encoding`; 413 `payload_too_large` over the limit; 400 `malformed_json` for a body that breaks off.
#[doc(hidden)]
pub async fn read_body(request: Request, accepted: &[&str]) -> Result<Bytes> {
    check_headers(request.headers(), accepted)?;
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                return Error::new(Code::PayloadTooLarge, "the body is larger than the limit");
            }
            Error::malformed_json("the body could not be read to its end").caused_by(rejection)
        })
}

fn check_headers(headers: &HeaderMap, accepted: &[&str]) -> Result<()> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Error::new(
            Code::UnsupportedMediaType,
            "the body must not have a Content-Encoding",
        ));
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let declared = match (types.next(), types.next()) {
        (Some(declared), None) => declared.to_str().ok(),
        _ => None,
    };
    if declared.is_some_and(|declared| is_accepted(declared, accepted)) {
        return Ok(());
    }
    let detail = format!("the Content-Type must be {}", accepted.join(" or "));
    Err(Error::new(Code::UnsupportedMediaType, detail))
}

fn is_accepted(declared: &str, accepted: &[&str]) -> bool {
    let mut parts = declared.split(';');
    let essence = parts.next().unwrap_or_default().trim();
    accepted
        .iter()
        .any(|known| known.eq_ignore_ascii_case(essence))
        && parts
            .filter_map(|parameter| parameter.split_once('='))
            .all(|(name, value)| {
                !name.trim().eq_ignore_ascii_case("charset")
                    || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::DefaultBodyLimit;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    async fn send(headers: &[(&str, &str)], body: Body) -> StatusCode {
        let app = axum::Router::new()
            .route("/", post(|JsonBody(body): JsonBody| async move { body }))
            .layer(DefaultBodyLimit::max(64));
        let mut request = Request::post("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.oneshot(request.body(body).unwrap())
            .await
            .unwrap()
            .status()
    }

    #[tokio::test]
    async fn json_in_its_spellings_is_read() {
        for declared in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
        ] {
            assert_eq!(
                send(&[("content-type", declared)], "{}".into()).await,
                StatusCode::OK,
                "{declared}"
            );
        }
    }

    #[tokio::test]
    async fn another_media_type_is_415() {
        for declared in [
            "",
            "text/plain",
            "application/jsonp",
            "application/json, text/plain",
            "application/json; charset=latin1",
            "application/x-www-form-urlencoded",
        ] {
            let status = send(&[("content-type", declared)], "{}".into()).await;
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{declared}");
        }
        assert_eq!(
            send(&[], "{}".into()).await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let twice = [("content-type", JSON), ("content-type", "text/plain")];
        assert_eq!(
            send(&twice, "{}".into()).await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let encoded = [("content-type", JSON), ("content-encoding", "gzip")];
        assert_eq!(
            send(&encoded, "{}".into()).await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_413_and_one_that_breaks_off_400() {
        let headers = [("content-type", JSON)];
        assert_eq!(
            send(&headers, vec![b' '; 65].into()).await,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        let broken = futures_util::stream::iter([Ok("{"), Err(std::io::Error::other("reset"))]);
        assert_eq!(
            send(&headers, Body::from_stream(broken)).await,
            StatusCode::BAD_REQUEST
        );
    }
}
