//! `/docs` and `/redoc`: the document for people, by Swagger UI and Redoc.
//!
//! All that the pages need comes from the service itself, by addresses relative to the page, so that they work
//! without a network and behind a proxy's prefix. Scripts are files alone, so that the policy can forbid all others.

mod archive;

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use archive::File;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// Swagger UI sets styles through the object model, which a policy lets pass.
const SWAGGER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Redoc writes its styles into the page, and searches in a worker that it makes of a string.
const REDOC_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const REDOC: &[u8] = include_bytes!("../../../assets/redoc.standalone.js.gz");
static SWAGGER_SCRIPT: [u8; SCRIPT_FILE.gzipped_length()] = SCRIPT_FILE.gzipped();
static SWAGGER_STYLE: [u8; STYLE_FILE.gzipped_length()] = STYLE_FILE.gzipped();
const SCRIPT_FILE: File<'_> = File::find(SWAGGER_UI_VENDORED, "/dist/swagger-ui-bundle.js");
const STYLE_FILE: File<'_> = File::find(SWAGGER_UI_VENDORED, "/dist/swagger-ui.css");

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
/// They change with the program, whose version is not in their addresses.
const CACHE: &str = "public, max-age=3600";

type Answer = fn() -> Response;

/// The pages and their files, by their paths.
const FILES: [(&str, Answer); 8] = [
    ("/docs", || {
        page(include_str!("swagger.html"), SWAGGER_POLICY)
    }),
    ("/docs/start.js", || {
        text(include_str!("swagger.js"), SCRIPT)
    }),
    ("/docs/swagger-ui-bundle.js", || {
        packed(&SWAGGER_SCRIPT, SCRIPT)
    }),
    ("/docs/swagger-ui.css", || packed(&SWAGGER_STYLE, STYLE)),
    ("/redoc", || page(include_str!("redoc.html"), REDOC_POLICY)),
    ("/redoc/start.js", || text(include_str!("redoc.js"), SCRIPT)),
    ("/redoc/style.css", || {
        text(include_str!("redoc.css"), STYLE)
    }),
    ("/redoc/redoc.standalone.js", || packed(REDOC, SCRIPT)),
];

/// Where the pages and their files are.
#[doc(hidden)]
pub fn page_paths() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(path, _)| *path)
}

/// The pages and their files.
#[doc(hidden)]
pub fn pages<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    FILES.iter().fold(Router::new(), |router, (path, answer)| {
        router.route(path, get(async || answer()))
    })
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
fn packed(file: &'static [u8], media_type: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_ENCODING, "gzip"),
        (header::CACHE_CONTROL, CACHE),
    ];
    (headers, file).into_response()
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

    /// Browsers tell whether what is between is right.
    #[test]
    fn files_of_the_archive_are_gzips() {
        for file in [&SWAGGER_SCRIPT[..], &SWAGGER_STYLE] {
            assert!(file.starts_with(&[0x1f, 0x8b, 8]));
            let size = u32::from_le_bytes(*file.last_chunk().unwrap()) as usize;
            assert!(size > 2 * file.len(), "{size} of {}", file.len());
        }
    }
}
