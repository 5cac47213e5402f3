//! JSON, both ways.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::transparent;
use crate::error::{Error, Fault, Result};
use crate::json::{JSON, check_json, read_body};

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static(JSON);
/// Most answers fit; a longer one grows the buffer.
const USUAL_LENGTH: usize = 256;

/// A body of JSON, as an argument and as an answer.
///
/// As an argument it has to come last, and is refused with
///
/// - 415 `unsupported_media_type`, unless the `Content-Type` is `application/json` or ends in `+json`, or if there is a
///   `Content-Encoding`;
/// - 413 `payload_too_large`, over the limit;
/// - 400 `malformed_json`, with line and column, for what is not JSON (duplicate keys included);
/// - 422 `validation_failed`, for JSON that does not make a `T`; `errors` names the field. Serde stops at the first:
///   a `#[resource]`'s own payloads tell all faults at once.
///
/// # Examples
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use skeleton_runtime::http::Json;
///
/// #[derive(Deserialize)]
/// struct Greeting {
///     name: String,
/// }
///
/// #[derive(Serialize)]
/// struct Answer {
///     text: String,
/// }
///
/// async fn greet(Json(greeting): Json<Greeting>) -> Json<Answer> {
///     Json(Answer { text: format!("hello, {}", greeting.name) })
/// }
/// # let _: axum::routing::MethodRouter = axum::routing::post(greet);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

transparent!(Json);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let declared = structured_suffix(request.headers());
        let body = read_body(request, &[declared.as_deref().unwrap_or(JSON)]).await?;
        let text = check_json(&body)?;
        serde_json::from_str(text)
            .map(Self)
            .map_err(|_| shape_error::<T>(text))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        if let Err(error) = serde_json::to_writer(&mut text, &self.0) {
            return Error::internal(error).into_response();
        }
        let mut response = Response::new(Body::from(text));
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, MEDIA_TYPE);
        response
    }
}

/// The media type, if it is built upon JSON (RFC 6839, section 3.1).
fn structured_suffix(headers: &HeaderMap) -> Option<String> {
    let declared = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = declared.split(';').next()?.trim().to_ascii_lowercase();
    essence.ends_with("+json").then_some(essence)
}

/// Reads once more, and keeps track of the path this time: only who is refused pays for it.
fn shape_error<T: DeserializeOwned>(text: &str) -> Error {
    let mut reader = serde_json::Deserializer::from_str(text);
    let Err(error) = serde_path_to_error::deserialize::<_, T>(&mut reader) else {
        return Error::validation(vec![Fault::new("", "invalid", "does not fit")]);
    };
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    let message = without_place(error.inner());
    let named = |start: &str| {
        message
            .strip_prefix(start)?
            .split('`')
            .next()
            .map(|name| joined(&path, name))
    };
    let fault = if let Some(field) = named("missing field `") {
        Fault::new(field, "required", "is required")
    } else if let Some(field) = named("unknown field `") {
        Fault::new(field, "unknown", message)
    } else {
        Fault::new(path, "invalid", message)
    };
    Error::validation(vec![fault])
}

fn joined(path: &str, name: &str) -> String {
    // The path of an unknown field ends in it already, that of a missing one does not.
    match path.strip_suffix(name) {
        Some(start) if start.is_empty() || start.ends_with('.') => path.to_owned(),
        _ if path.is_empty() => name.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

/// Serde's message without ` at line 1 column 2`: the field is the better place.
fn without_place(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    if message.ends_with(&place) {
        message.truncate(message.len() - place.len());
    }
    message
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::error::Code;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Outer {
        name: String,
        inner: Option<Inner>,
        tags: Option<Vec<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Inner {
        count: i32,
    }

    async fn read(media_type: &str, body: &str) -> Result<Outer> {
        let request = Request::post("/").header(header::CONTENT_TYPE, media_type);
        let request = request.body(Body::from(body.to_owned())).unwrap();
        Json::from_request(request, &())
            .await
            .map(|Json(value)| value)
    }

    async fn fault(body: &str) -> (String, &'static str) {
        let error = read(JSON, body).await.unwrap_err();
        assert_eq!(error.code(), Code::ValidationFailed, "{error}");
        let fault = &error.faults()[0];
        (fault.field.to_string(), fault.code)
    }

    #[tokio::test]
    async fn faults_name_the_field() {
        assert_eq!(fault("{}").await, ("name".to_owned(), "required"));
        assert_eq!(fault(r#"{"name":1}"#).await, ("name".to_owned(), "invalid"));
        assert_eq!(
            fault(r#"{"name":"a","nam":1}"#).await,
            ("nam".to_owned(), "unknown")
        );
        assert_eq!(
            fault(r#"{"name":"a","inner":{}}"#).await,
            ("inner.count".to_owned(), "required")
        );
        assert_eq!(
            fault(r#"{"name":"a","inner":{"count":"x"}}"#).await,
            ("inner.count".to_owned(), "invalid")
        );
        assert_eq!(
            fault(r#"{"name":"a","inner":{"cnt":1}}"#).await,
            ("inner.cnt".to_owned(), "unknown")
        );
        assert_eq!(
            fault(r#"{"name":"a","tags":[1,300]}"#).await,
            ("tags[1]".to_owned(), "invalid")
        );
        assert_eq!(fault("[]").await.1, "invalid");
    }

    #[tokio::test]
    async fn what_is_not_json_is_malformed_whatever_else_is_wrong() {
        for body in [
            "",
            "{",
            r#"{"name":1,"#,
            r#"{"name":"a","name":"b"}"#,
            r#"{"name":"\ud800"}"#,
            "{} {}",
        ] {
            let error = read(JSON, body).await.unwrap_err();
            assert_eq!(error.code(), Code::MalformedJson, "{body}: {error}");
        }
    }

    #[tokio::test]
    async fn types_built_upon_json_are_read() {
        for media_type in [
            "application/json",
            "application/merge-patch+json",
            "Application/Vnd.Api+JSON; charset=utf-8",
        ] {
            assert!(
                read(media_type, r#"{"name":"a"}"#).await.is_ok(),
                "{media_type}"
            );
        }
        for media_type in ["text/plain", "application/json+xml", ""] {
            let error = read(media_type, r#"{"name":"a"}"#).await.unwrap_err();
            assert_eq!(error.code(), Code::UnsupportedMediaType, "{media_type}");
        }
    }

    #[test]
    fn answers_are_json() {
        let response = Json([1, 2]).into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }
}
