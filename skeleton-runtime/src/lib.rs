//! Guarded, documented, observable REST resources from annotated structs.

// Where the documentation is built for all to read, items tell which feature they need.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
pub mod app;
pub mod auth;
pub mod config;
pub mod db;
pub mod error;
pub mod http;
pub mod json;
pub mod openapi;
pub mod prelude;
pub mod resource;
pub mod schema;
mod secret;
pub mod telemetry;
#[cfg(feature = "test-util")]
pub mod test_util;

pub use __private::TableColumn;
pub use app::App;
pub use error::{Error, Result};
pub use secret::Secret;
pub use skeleton_macros::{DbEnum, Role, migrations, requires_role, resource, routes};
#[cfg(feature = "test-util")]
pub use skeleton_macros::{conformance, test};

/// For figures of an application's own, which come out at `/metrics`: `metrics::counter!("…").increment(1)`.
#[cfg(feature = "metrics")]
pub use metrics;
#[cfg(feature = "client")]
pub use reqwest;
#[cfg(feature = "client")]
pub use telemetry::client::client;
pub use {axum, diesel, diesel_async, garde, utoipa};
