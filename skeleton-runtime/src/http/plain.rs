//! Errors that are no problem bodies: axum's own rejections, and bare statuses of handlers.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http_body_util::BodyExt as _;

use crate::error::{Code, Error};

/// A second is what a pool or a restart usually takes.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// A text longer than this is no message.
const LONGEST_TEXT: u64 = 4096;

/// Makes a problem of an error answer that has no body, or one of plain text: clients may rely on problem bodies.
///
/// The text of a 4xx becomes the detail. That of a 5xx goes into the log: axum's name types of the program. Statuses
/// for which the contract has no code (or, for 400, several) stay as they are.
pub(super) fn into_problem(response: Response) -> Response {
    let Some(code) = code_of(response.status()) else {
        return response;
    };
    if !is_plain(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let text = text(body);
    let detail = if text.is_empty() {
        parts
            .status
            .canonical_reason()
            .unwrap_or("Error")
            .to_owned()
    } else {
        text
    };
    let error = match code {
        Code::Internal => Error::internal(detail),
        Code::Unauthenticated => Error::unauthenticated(),
        Code::Unavailable => Error::unavailable(RETRY_AFTER, detail),
        Code::Timeout => Error::timeout().caused_by(detail),
        _ => Error::new(code, detail),
    };
    let (problem, body) = error.into_response().into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    for (name, value) in &problem.headers {
        parts.headers.entry(name).or_insert_with(|| value.clone());
    }
    parts.extensions.extend(problem.extensions);
    Response::from_parts(parts, body)
}

fn code_of(status: StatusCode) -> Option<Code> {
    let single = |code: &Code| code.status() == status;
    match status {
        StatusCode::BAD_REQUEST => None,
        StatusCode::UNAUTHORIZED => Some(Code::Unauthenticated),
        StatusCode::CONFLICT => Some(Code::Conflict),
        _ => Code::ALL.iter().copied().find(single),
    }
}

fn is_plain(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let is_text = media_type.is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
    is_text
        && response
            .body()
            .size_hint()
            .exact()
            .is_some_and(|length| length <= LONGEST_TEXT)
}

/// A body of known length that axum made is there at once.
fn text(body: Body) -> String {
    let Some(Ok(collected)) = body.collect().now_or_never() else {
        return String::new();
    };
    String::from_utf8(collected.to_bytes().into()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Problem;

    fn problem_of(response: Response) -> Option<(Problem, Response)> {
        let response = into_problem(response);
        let problem = response.extensions().get::<Problem>()?.clone();
        Some((problem, response))
    }

    #[test]
    fn a_bare_status_becomes_a_problem() {
        let (problem, response) = problem_of(StatusCode::NOT_FOUND.into_response()).unwrap();
        assert_eq!(problem.code(), Code::NotFound);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
    }

    #[test]
    fn the_text_of_a_4xx_is_told() {
        let (problem, _) =
            problem_of((StatusCode::FORBIDDEN, "not on Sundays").into_response()).unwrap();
        let body = String::from_utf8(problem.write(None)).unwrap();
        assert!(body.contains(r#""detail":"not on Sundays""#), "{body}");
    }

    #[test]
    fn the_text_of_a_5xx_is_logged() {
        for status in [
            StatusCode::INTERNAL_SERVER_ERROR,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            let (problem, _) =
                problem_of((status, "extension of type canary").into_response()).unwrap();
            assert_eq!(problem.cause().as_deref(), Some("extension of type canary"));
            assert!(
                !String::from_utf8(problem.write(None))
                    .unwrap()
                    .contains("canary")
            );
        }
    }

    #[test]
    fn headers_stay() {
        let response = (
            StatusCode::TOO_MANY_REQUESTS,
            [(header::RETRY_AFTER, "7")],
            "slow down",
        )
            .into_response();
        assert_eq!(
            problem_of(response).unwrap().1.headers()[header::RETRY_AFTER],
            "7"
        );
        let (_, response) = problem_of(StatusCode::UNAUTHORIZED.into_response()).unwrap();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }

    #[test]
    fn what_a_handler_worded_itself_stays() {
        let json = [(header::CONTENT_TYPE, "application/json")];
        assert!(problem_of((StatusCode::NOT_FOUND, json, "{}").into_response()).is_none());
        assert!(problem_of((StatusCode::IM_A_TEAPOT, "short and stout").into_response()).is_none());
        assert!(problem_of((StatusCode::OK, "fine").into_response()).is_none());
    }
}
