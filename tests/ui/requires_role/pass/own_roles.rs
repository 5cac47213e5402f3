//! Roles of the application's own, found by their name.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::prelude::*;

/// The roles of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Role {
    /// Buys.
    Customer,
    /// Sells.
    Clerk,
}

/// A thing to buy.
#[resource]
#[requires_role(read = public, write = Clerk)]
pub struct Item {
    /// The thing.
    pub id: Uuid,
}

/// Counts them.
#[utoipa::path(get, path = "/count")]
#[requires_role(Clerk)]
pub async fn count() -> &'static str {
    "none"
}
