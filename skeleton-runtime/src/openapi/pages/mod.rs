//! `/docs` and `/redoc`: the document for people, by Swagger UI and Redoc.
//!
//! All that the pages need comes from the service itself, by addresses relative to the page, so that they work
//! without a network and behind a proxy's prefix. Scripts are files alone, so that the policy can forbid all others.

mod archive;

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// Swagger UI sets styles through the object model, which a policy lets pass.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Redoc writes its styles into the page, and searches in a worker that it makes of a string.
const REDOC_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const REDOC: &[u8] = include_bytes!("../../../assets/redoc.standalone.js.gz");

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
/// They change with the program, whose version is not in their addresses.
const CACHE: &str = "public, max-age=3600";

/// The pages and their files.
#[doc(hidden)]
pub fn pages<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let swagger = || async { page(include_str!("swagger.html"), SWAGGER_POLICY) };
    let redoc = || async { page(include_str!("redoc.html"), REDOC_POLICY) };
    let router = Router::new()
        .route("/docs", get(swagger))
        .route("/redoc", get(redoc))
        .route(
            "/docs/start.js",
            get(|| async { text(include_str!("swagger.js"), SCRIPT) }),
        )
        .route(
            "/redoc/start.js",
            get(|| async { text(include_str!("redoc.js"), SCRIPT) }),
        )
        .route(
            "/redoc/style.css",
            get(|| async { text(include_str!("redoc.css"), STYLE) }),
        )
        .route(
            "/redoc/redoc.standalone.js",
            get(|| async { packed(REDOC, SCRIPT) }),
        );
    let router = packed_route(router, "swagger-ui-bundle.js", SCRIPT);
    packed_route(router, "swagger-ui.css", STYLE)
}

/// A file of Swagger UI's. One that the archive lacks is not found; a test sees to it that there is none.
fn packed_route<S>(router: Router<S>, name: &str, media_type: &'static str) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let in_archive = format!("/dist/{name}");
    let Some(file) = archive::gzipped(SWAGGER_UI_VENDORED, &in_archive) else {
        return router;
    };
    let file = axum::body::Bytes::from(file);
    let answer = move || std::future::ready(packed(file.clone(), media_type));
    router.route(&format!("/docs/{name}"), get(answer))
}

fn page(html: &'static str, policy: &'static str) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Html(html)).into_response()
}

fn text(text: &'static str, media_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, CACHE),
    ];
    (headers, text).into_response()
}

/// Every browser unpacks gzip, and nobody else asks for these.
fn packed(file: impl Into<axum::body::Body>, media_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_ENCODING, "gzip"),
        (header::CACHE_CONTROL, CACHE),
    ];
    (headers, file.into()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    async fn get(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        pages::<()>().oneshot(request).await.unwrap()
    }

    /// What the pages refer to, relative to `/docs` or `/redoc`.
    #[tokio::test]
    async fn every_file_of_a_page_is_served() {
        for (page, html) in [
            ("/docs", include_str!("swagger.html")),
            ("/redoc", include_str!("redoc.html")),
        ] {
            assert_eq!(get(page).await.status(), StatusCode::OK);
            let files = html
                .split(['"', '\n'])
                .filter(|part| part.starts_with(&page[1..]));
            let files: Vec<_> = files.collect();
            assert!(files.len() >= 2, "{files:?}");
            for file in files {
                assert_eq!(
                    get(&format!("/{file}")).await.status(),
                    StatusCode::OK,
                    "{file}"
                );
            }
        }
    }

    #[tokio::test]
    async fn no_page_lets_a_script_stand_in_it() {
        for page in ["/docs", "/redoc"] {
            let response = get(page).await;
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap();
            assert!(policy.contains("script-src 'self';"), "{policy}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_none() {
        assert_eq!(
            archive::gzipped(SWAGGER_UI_VENDORED, "/dist/nothing.js"),
            None
        );
        assert_eq!(archive::gzipped(b"PK", "x"), None);
        assert_eq!(archive::gzipped(&SWAGGER_UI_VENDORED[..5000], "x"), None);
    }
}
