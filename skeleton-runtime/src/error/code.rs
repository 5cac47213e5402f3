//! The contract's table of problem codes.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal, $status:ident;)*) => {
        /// What kind of problem an answer tells of. The text of a code is stable; clients may match on it.
        ///
        /// ```
        /// # use skeleton_runtime::prelude::*;
        /// use skeleton_runtime::error::Code;
        ///
        /// let error = Error::new(Code::Conflict, "somebody has it");
        /// assert_eq!((error.status().as_u16(), error.code().as_str()), (409, "conflict"));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as it stands in the problem body.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The status that goes with the code.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", BAD_REQUEST;
    /// A query parameter is unknown, repeated, or does not parse.
    InvalidQuery = "invalid_query", BAD_REQUEST;
    /// A cursor was altered, or belongs to another sort or filter.
    InvalidCursor = "invalid_cursor", BAD_REQUEST;
    /// An id in the path does not parse.
    InvalidPath = "invalid_path", BAD_REQUEST;
    /// A `grant_type` other than `password` and `refresh_token`.
    UnsupportedGrantType = "unsupported_grant_type", BAD_REQUEST;
    /// No token, or a bad one.
    Unauthenticated = "unauthenticated", UNAUTHORIZED;
    /// A login failed.
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED;
    /// A refresh token is unknown, spent, expired or revoked.
    InvalidRefreshToken = "invalid_refresh_token", UNAUTHORIZED;
    /// The role is too low.
    Forbidden = "forbidden", FORBIDDEN;
    /// No such row, or one that the caller may not see.
    NotFound = "not_found", NOT_FOUND;
    /// The path knows other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// A unique column has the value already.
    Conflict = "conflict", CONFLICT;
    /// Nobody would be left with the highest role.
    LastOwner = "last_owner", CONFLICT;
    /// Other rows refer to this one.
    InUse = "in_use", CONFLICT;
    /// `If-Match` does not hold.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED;
    /// The body is over the limit.
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE;
    /// The body is of a type that the endpoint does not read.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE;
    /// Well-formed JSON that breaks a rule.
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY;
    /// The `Idempotency-Key` was sent before, with another request.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY;
    /// The request of this `Idempotency-Key` is still running.
    InProgress = "in_progress", CONFLICT;
    /// Too many attempts.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS;
    /// Anything unforeseen.
    Internal = "internal", INTERNAL_SERVER_ERROR;
    /// The service can't answer for the moment.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE;
    /// The request's own deadline passed.
    Timeout = "timeout", GATEWAY_TIMEOUT;
}
