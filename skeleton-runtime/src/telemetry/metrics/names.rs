//! Names of metrics and their labels: each once, as dashboards and alerts have them.
//!
//! Values of labels are from closed sets: templates of routes, never paths; verbs; kinds. What a client may choose is
//! none of them, or it could make as many series as it likes.

/// Requests answered, by `method`, `path` and `status`.
pub const REQUEST_COUNT: &str = "request_count";
/// Requests answered with 5xx, by `method`, `path` and `status`.
pub const ERROR_COUNT: &str = "error_count";
/// From the head of a request to the head of its answer, by `method` and `path`.
pub const REQUEST_LATENCY: &str = "request_latency_seconds";
/// Requests that have no answer yet.
pub const REQUESTS_IN_FLIGHT: &str = "requests_in_flight";
/// Requests whose client went away before the answer.
pub const REQUESTS_GIVEN_UP: &str = "requests_given_up_total";
/// Bodies of requests, as declared, by `method`.
pub const REQUEST_BODY: &str = "request_body_bytes";
/// Bodies of answers, by `method`.
pub const RESPONSE_BODY: &str = "response_body_bytes";
/// Statements, by `operation`.
pub const QUERY_DURATION: &str = "db_query_duration_seconds";
/// Statements that failed, by `kind`; a violated constraint is one.
pub const DB_ERRORS: &str = "db_errors_total";
/// Statements that took longer than `DATABASE_SLOW_QUERY_SECONDS`.
pub const SLOW_QUERIES: &str = "db_slow_queries_total";
/// Connections that there may be.
pub const POOL_MAX: &str = "db_pool_max_connections";
/// Connections that there are.
pub const POOL_SIZE: &str = "db_pool_connections";
/// Connections that nobody holds.
pub const POOL_IDLE: &str = "db_pool_idle_connections";
/// Tasks that wait for a connection.
pub const POOL_WAITING: &str = "db_pool_waiting_tasks";
/// Tasks that may wait for a connection at this moment.
pub const POOL_QUEUE_LIMIT: &str = "db_pool_queue_limit";
/// Requests that were refused, for too many waited for a connection.
pub const POOL_REFUSED: &str = "db_pool_refused_total";
/// Migrations of this program that the database lacks.
pub const MIGRATIONS_PENDING: &str = "migrations_pending";
/// What happened to accounts, by `event`.
pub const AUTH_EVENTS: &str = "auth_events_total";
/// Passwords that are hashed at this moment.
pub const PASSWORDS_RUNNING: &str = "password_hashes_running";
/// Passwords that wait to be hashed.
pub const PASSWORDS_WAITING: &str = "password_hashes_waiting";
/// Passwords that were not hashed, for too many waited.
pub const PASSWORDS_REFUSED: &str = "password_hashes_refused_total";
/// Panics, caught or not.
pub const PANICS: &str = "panics_total";
/// Always 1; its labels name the program.
pub const BUILD_INFO: &str = "build_info";
/// Spans that were made to be sent.
pub const SPANS_MADE: &str = "otlp_spans_made_total";
/// Spans that the collector took.
pub const SPANS_SENT: &str = "otlp_spans_sent_total";
/// Spans that were lost: the queue was full, or the collector did not take them.
pub const SPANS_LOST: &str = "otlp_spans_lost_total";

/// The verb, or `OTHER`.
pub const METHOD: &str = "method";
/// The route's template, or [`UNMATCHED`].
pub const PATH: &str = "path";
/// The status, as `200`.
pub const STATUS: &str = "status";
/// The first word of a statement.
pub const OPERATION: &str = "operation";
/// The kind of a failure.
pub const KIND: &str = "kind";
/// What happened.
pub const EVENT: &str = "event";

/// The `path` of every request that no route matched.
pub const UNMATCHED: &str = "unmatched";
