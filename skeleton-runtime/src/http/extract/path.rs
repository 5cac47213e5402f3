//! Parts of the path.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::transparent;
use crate::error::{Code, Error, Fault, Result};

/// The parameters of the route: one value, a tuple of them in the order of the path, or a struct with their names.
///
/// What does not parse is refused with 400 `invalid_path`; `errors` names the parameter.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// async fn one(Path(id): Path<Uuid>) -> Json<Uuid> {
///     Json(id)
/// }
///
/// // Of `/shelves/{shelf}/books/{place}`.
/// async fn two(Path((shelf, place)): Path<(String, u32)>) -> Json<String> {
///     Json(format!("{place} of {shelf}"))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Path<T>(pub T);

transparent!(Path);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        // PostgreSQL has no U+0000 in its texts.
        if parts.uri.path().contains("%00") {
            return Err(refused(
                named(parts, state, |_, value| value.contains('\0')).await,
                "has U+0000".to_owned(),
            ));
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(failed)) => {
                Err(path_error(failed.into_kind(), parts, state).await)
            }
            // A handler that is mounted where there are no parameters: a fault of the program.
            Err(rejection) => Err(Error::internal(rejection)),
        }
    }
}

async fn path_error<S: Send + Sync>(kind: ErrorKind, parts: &mut Parts, state: &S) -> Error {
    let expected = |expected_type: &str| format!("expected {expected_type}");
    match kind {
        ErrorKind::ParseErrorAtKey {
            key, expected_type, ..
        } => refused(key, expected(expected_type)),
        ErrorKind::ParseErrorAtIndex {
            index,
            expected_type,
            ..
        } => refused(
            named(parts, state, |position, _| position == index).await,
            expected(expected_type),
        ),
        ErrorKind::ParseError { expected_type, .. } => refused(
            named(parts, state, |_, _| true).await,
            expected(expected_type),
        ),
        ErrorKind::InvalidUtf8InPathParam { key } => refused(key, "is not UTF-8".to_owned()),
        ErrorKind::DeserializeError { key, message, .. } => refused(key, message),
        ErrorKind::Message(message) => refused(named(parts, state, |_, _| true).await, message),
        // The handler's type does not fit the route: a fault of the program.
        kind => Error::internal(kind.to_string()),
    }
}

/// The name of the first parameter that is meant.
async fn named<S>(parts: &mut Parts, state: &S, is_meant: impl Fn(usize, &str) -> bool) -> String
where
    S: Send + Sync,
{
    let Ok(parameters) = RawPathParams::from_request_parts(parts, state).await else {
        return String::new();
    };
    let mut parameters = parameters.iter().enumerate();
    let meant = parameters.find(|(position, (_, value))| is_meant(*position, value));
    meant
        .map(|(_, (name, _))| name.to_owned())
        .unwrap_or_default()
}

fn refused(field: String, message: String) -> Error {
    Error::new(Code::InvalidPath, "the path has a part that does not parse")
        .with_faults(vec![Fault::new(field, "invalid", message)])
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use serde::Deserialize;
    use tower::ServiceExt as _;
    use uuid::Uuid;

    use super::*;

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Named {
        day: u8,
    }

    /// The status, and the field at fault.
    async fn send(path: &str) -> (StatusCode, String) {
        let router: Router = Router::new()
            .route("/one/{id}", get(|_: Path<Uuid>| async {}))
            .route("/number/{page}", get(|_: Path<u32>| async {}))
            .route("/two/{slug}/{page}", get(|_: Path<(String, u32)>| async {}))
            .route("/named/{day}", get(|_: Path<Named>| async {}))
            .route("/text/{text}", get(|_: Path<String>| async {}))
            .route("/misfit/{a}/{b}", get(|_: Path<u32>| async {}));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_client_error() {
            assert_eq!(problem["code"], "invalid_path");
        }
        (
            status,
            problem["errors"][0]["field"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    }

    #[tokio::test]
    async fn what_parses_comes_through() {
        for path in [
            "/one/0198c0de-0000-7000-8000-000000000000",
            "/two/a%20b/7",
            "/named/3",
            "/text/%C3%BC",
        ] {
            assert_eq!(send(path).await.0, StatusCode::OK, "{path}");
        }
    }

    #[tokio::test]
    async fn the_parameter_at_fault_is_named() {
        for (path, name) in [
            ("/one/7", "id"),
            ("/number/x", "page"),
            ("/two/a/x", "page"),
            ("/named/300", "day"),
            ("/text/%ff", "text"),
            ("/text/a%00", "text"),
            ("/two/%00/1", "slug"),
        ] {
            assert_eq!(
                send(path).await,
                (StatusCode::BAD_REQUEST, name.to_owned()),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn a_handler_that_does_not_fit_its_route_is_our_fault() {
        assert_eq!(
            send("/misfit/1/2").await.0,
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }
}
