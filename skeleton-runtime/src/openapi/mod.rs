//! The OpenAPI 3.1 document, made of the same metadata as the routes, so that the two can't drift apart.
//!
//! [`Document`] collects what the service has and writes the document once; the schema functions are also what
//! `#[resource]` implements utoipa's traits with. What an operation can answer follows from its rule and columns: a
//! public one tells of no 401, one without a unique column of no 409. Serving the document is not done here, but for the pages that show it.

mod accounts;
mod auth;
mod check;
mod codes;
mod column;
mod document;
mod example;
mod handler;
#[cfg(any(test, feature = "test-util"))]
mod lint;
mod list;
mod names;
mod operation;
mod page;
#[cfg(feature = "docs")]
mod pages;
mod problem;
mod resource;
#[cfg(test)]
mod sample;
mod schema;
mod service;
#[cfg(test)]
mod tests;

pub use auth::AuthDocs;
pub use document::Document;
#[cfg(any(test, feature = "test-util"))]
pub use lint::lint;
pub use names::{OWN_SCHEMAS, schema_names};
pub use operation::{Listed, method_name, method_of};
pub use page::page_schema;
#[cfg(feature = "docs")]
pub use pages::{page_paths, pages};
pub use schema::{changes_schema, new_schema, replace_schema, resource_schema};
pub use service::ServiceDocs;
