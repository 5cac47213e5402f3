//! Names of spans and fields: each once, so that a query over the log finds all that is meant.
//!
//! Fields are dotted by entity; a name that holds a quantity ends in its unit.

/// The span around a request.
pub const REQUEST: &str = "request";
/// The id that the answer carries as `x-request-id`.
pub const REQUEST_ID: &str = "request.id";
/// The account that calls, once it is known.
pub const USER_ID: &str = "user.id";
/// The address that calls, as far as proxies are trusted.
pub const CLIENT_ADDRESS: &str = "client.address";
/// The verb.
pub const METHOD: &str = "method";
/// The route's template, as `/articles/{id}`; never the path itself, which may hold anything.
pub const ROUTE: &str = "route";
/// The answer's status.
pub const STATUS: &str = "status";
/// The `code` of the problem that was told.
pub const PROBLEM: &str = "problem";
/// From the head of the request to the head of the answer.
pub const DURATION_MS: &str = "duration_ms";
/// What happened to an account.
pub const EVENT: &str = "event";
/// The account that it happened to, where it is known; [`USER_ID`] is whoever asked for it.
pub const ACCOUNT_ID: &str = "account.id";
/// What went wrong, with its sources. For the log alone.
pub const CAUSE: &str = "cause";
/// Where in the sources.
pub const PLACE: &str = "place";
/// The calls that led there.
pub const BACKTRACE: &str = "backtrace";

/// The span around the check of a token.
pub const AUTHENTICATION: &str = "authenticate";
/// The span around a statement.
pub const QUERY: &str = "db.query";
/// The span around a hook.
pub const HOOK: &str = "hook";
/// The resource whose hook it is.
pub const RESOURCE: &str = "resource";
/// The span around the work on a password.
pub const PASSWORD: &str = "password";
/// How long it waited for its turn.
pub const WAITED_MS: &str = "waited_ms";
/// The span around a call to another service.
pub const CALL: &str = "call";
/// The trace that the request belongs to: the caller's, or one of its own.
pub const TRACE_ID: &str = "trace.id";

// Names of OpenTelemetry's semantic conventions.

/// The name that a span is exported with.
pub const OTEL_NAME: &str = "otel.name";
/// `ERROR` where what the span is about failed.
pub const OTEL_STATUS: &str = "otel.status_code";
/// The value of [`OTEL_STATUS`] for a failure.
pub const FAILED: &str = "ERROR";
/// The side of a span.
pub const OTEL_KIND: &str = "otel.kind";
/// The side that answers.
pub const SERVER: &str = "server";
/// The side that asks.
pub const CLIENT: &str = "client";
/// `postgresql` or `sqlite`.
pub const DB_SYSTEM: &str = "db.system.name";
/// The first word of the statement.
pub const DB_OPERATION: &str = "db.operation.name";
/// The table that it is about.
pub const DB_COLLECTION: &str = "db.collection.name";
/// The statement, with placeholders where the values go.
pub const DB_TEXT: &str = "db.query.text";
/// How many rows it gave or touched.
pub const DB_ROWS: &str = "db.response.returned_rows";
/// The verb of a call.
pub const HTTP_METHOD: &str = "http.request.method";
/// The status of its answer.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// Where it goes to, without a login and the values of its parameters.
pub const URL_FULL: &str = "url.full";
/// The host that is called.
pub const SERVER_ADDRESS: &str = "server.address";
/// Its port.
pub const SERVER_PORT: &str = "server.port";
/// The kind of a failure.
pub const ERROR_TYPE: &str = "error.type";
