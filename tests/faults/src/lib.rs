//! What the tests of faults share: the service as a process, PostgreSQL clusters of their own, load, and figures.
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "in a test a panic is the answer"
)]

pub mod client;
pub mod cluster;
pub mod drill;
pub mod ledger;
pub mod light;
pub mod load;
pub mod metrics;
pub mod report;
pub mod root;
pub mod service;

pub use client::{Answer, Client, Request};
pub use cluster::Cluster;
pub use ledger::Ledger;
pub use load::{Load, Tally};
pub use service::Service;

/// The size of a test: the short one, or the long one where `FAULTS=long`.
pub fn size<T>(short: T, long: T) -> T {
    let is_long = std::env::var("FAULTS").is_ok_and(|size| size == "long");
    if is_long { long } else { short }
}
