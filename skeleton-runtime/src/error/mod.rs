//! What can go wrong, and what of it the client is told.
//!
//! An [`Error`] has two faces: the code, detail and faults that go into the answer, and the cause, which goes into
//! the log and nowhere else. Only this module builds problem bodies.

mod code;
mod database;
mod fault;
mod problem;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};

pub use code::Code;
pub use database::{Constraint, Violation};
pub use fault::Fault;
pub use problem::Problem;

/// A result whose error becomes a problem body.
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// async fn half(Path(number): Path<u32>) -> Result<Json<u32>> {
///     if number % 2 == 1 {
///         return Err(Error::not_found());
///     }
///     Ok(Json(number / 2))
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// More faults than a person reads.
pub(crate) const MOST_FAULTS: usize = 100;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An error that knows its answer.
///
/// Every constructor names its status. Return it from a handler or a hook with `?`; errors of Diesel convert by
/// themselves (a missing row is a 404, a unique violation a 409, an unreachable database a 503, the rest a 500).
///
/// ```
/// # use skeleton_runtime::prelude::*;
/// use skeleton_runtime::error::Code;
///
/// fn reserve(left: u32, wanted: u32) -> Result<u32> {
///     if wanted == 0 {
///         let fault = Fault::new("wanted", "range", "must be at least 1");
///         return Err(Error::validation(vec![fault]));
///     }
///     left.checked_sub(wanted)
///         .ok_or_else(|| Error::new(Code::Conflict, "there are not so many left"))
/// }
///
/// assert_eq!(reserve(3, 2).unwrap(), 1);
/// assert_eq!(reserve(3, 0).unwrap_err().status(), 422);
/// assert_eq!(reserve(3, 4).unwrap_err().status(), 409);
/// ```
#[derive(Debug)]
pub struct Error(Box<Parts>);

#[derive(Debug)]
struct Parts {
    code: Code,
    detail: Cow<'static, str>,
    faults: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

impl Error {
    /// An error of `code` with a detail for people.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            code,
            detail: detail.into(),
            faults: Vec::new(),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// 404 `not_found`.
    pub fn not_found() -> Self {
        Self::new(
            Code::NotFound,
            "there is no such row, or it is not yours to see",
        )
    }

    /// 401 `unauthenticated`, for a request without a token.
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "a bearer token is needed")
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 401 `unauthenticated`, for a token that does not hold. The cause is logged, not told.
    pub fn invalid_token(cause: impl Into<Cause>) -> Self {
        Self::new(Code::Unauthenticated, "the bearer token is not valid")
            .with_header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            )
            .caused_by(cause)
    }

    /// 401 `invalid_credentials`: one answer for an unknown e-mail and a wrong password.
    pub fn invalid_credentials() -> Self {
        Self::new(
            Code::InvalidCredentials,
            "the e-mail or the password is wrong",
        )
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403 `forbidden`; the detail names the role required.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Forbidden, detail)
    }

    /// 400 `malformed_json`.
    pub fn malformed_json(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::MalformedJson, detail)
    }

    /// 400 `invalid_path`.
    pub fn invalid_path(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidPath, "the path has a part that does not parse")
            .with_faults(vec![Fault::new(field, "invalid", message)])
    }

    /// 400 `invalid_query`, with all faults of the query string.
    pub fn invalid_query(faults: Vec<Fault>) -> Self {
        Self::counted(Code::InvalidQuery, "query parameter", faults)
    }

    /// 422 `validation_failed`, with all faults of the body.
    pub fn validation(faults: Vec<Fault>) -> Self {
        Self::counted(Code::ValidationFailed, "field", faults)
    }

    /// An error of many faults. An answer has a bound, however much is wrong with what was sent.
    fn counted(code: Code, noun: &str, mut faults: Vec<Fault>) -> Self {
        let detail = match faults.len() {
            0 => "a value breaks a rule".to_owned(),
            1 => format!("1 {noun} is invalid"),
            count @ ..=MOST_FAULTS => format!("{count} {noun}s are invalid"),
            _ => format!("more than {MOST_FAULTS} {noun}s are invalid; the first of them are told"),
        };
        faults.truncate(MOST_FAULTS);
        Self::new(code, detail).with_faults(faults)
    }

    /// 409 `conflict`; the faults name the columns that must be unique.
    pub fn conflict(faults: Vec<Fault>) -> Self {
        Self::new(Code::Conflict, "another row has these values already").with_faults(faults)
    }

    /// 500 `internal`. The cause is logged, not told.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(
            Code::Internal,
            "something went wrong; the request id finds it in the log",
        )
        .caused_by(cause)
    }

    /// 503 `unavailable`, with `Retry-After` in whole seconds. The cause is logged, not told.
    pub fn unavailable(retry_after: Duration, cause: impl Into<Cause>) -> Self {
        Self::new(Code::Unavailable, "the service can't answer for the moment")
            .with_header(
                header::RETRY_AFTER,
                HeaderValue::from(retry_after.as_secs().max(1)),
            )
            .caused_by(cause)
    }

    /// 503 `unavailable`, with `Retry-After`: there is more to do than can be done. Whoever refuses so counts and logs it.
    pub(crate) fn overloaded(retry_after: Duration) -> Self {
        Self::unavailable(retry_after, problem::Overload)
    }

    /// Whether it is a refusal of many.
    #[cfg(feature = "sqlite")]
    pub(crate) fn is_overload(&self) -> bool {
        problem::Overload::is_why(self.0.cause.as_ref())
    }

    /// 504 `timeout`.
    pub fn timeout() -> Self {
        Self::new(Code::Timeout, "the request took longer than it may")
    }

    /// Adds what is wrong with single fields.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults = faults;
        self
    }

    /// The same faults of a part of the body: each field with `place` and a dot in front.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        for fault in &mut self.0.faults {
            // What is no field of the part is said of the part itself.
            fault.field = Cow::Owned(match &*fault.field {
                "" => place.to_owned(),
                field => format!("{place}.{field}"),
            });
        }
        self
    }

    /// The faults of both, if they are of one kind; else this one alone.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        if self.code() != other.code() || self.0.faults.is_empty() {
            return self;
        }
        let Parts {
            code,
            detail,
            mut faults,
            headers,
            cause,
        } = *self.0;
        faults.extend(other.0.faults);
        let mut both = match code {
            Code::ValidationFailed => Self::validation(faults),
            _ => Self::new(code, detail).with_faults(faults),
        };
        both.0.headers = headers;
        both.0.cause = cause;
        both
    }

    /// Leaves out the faults of fields that are not to be told.
    #[must_use]
    pub(crate) fn without_faults_of(mut self, is_hidden: impl Fn(&str) -> bool) -> Self {
        self.0.faults.retain(|fault| !is_hidden(&fault.field));
        self
    }

    /// Whether there are as many faults as one answer tells.
    pub(crate) fn has_faults_enough(&self) -> bool {
        self.0.faults.len() >= MOST_FAULTS
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds the cause: for the log, never for the client.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The code of the problem body.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened, for people.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    /// Whether this is a 503: it may go well later.
    pub fn is_unavailable(&self) -> bool {
        self.0.code == Code::Unavailable
    }

    /// The cause with its sources, `: ` between them, for the log alone.
    pub fn cause_chain(&self) -> Option<String> {
        self.0.cause.as_deref().map(|cause| chain(cause))
    }

    /// What is wrong with single fields.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        // Many libraries repeat their source's text in their own.
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.0.code.as_str(), self.0.detail)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}
