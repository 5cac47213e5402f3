//! The database module on real databases: SQLite always, PostgreSQL when `TEST_DATABASE_URL` is set.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the failure")]

mod dsl;
mod migrations;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod readers;
mod resilience;
#[cfg(feature = "sqlite")]
mod sqlite;
mod support;
mod types;
