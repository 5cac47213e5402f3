//! Databases: one Diesel backend of our own over PostgreSQL and SQLite.
//!
//! - [`Db`] is the database: pools, transactions, health. [`Connection`] is one connection on loan from it.
//! - Users' own queries are Diesel's, over Diesel's SQL types; they compile once and run on either database.
//! - The engine writes [`Statement`]s of its own and decodes [`Row`]s where they lie.
//! - Both ways meet in one place (`instrument`), through which every query passes.
//!
//! # How kinds of values are stored
//!
//! See [`Kind`]. What is read back does not depend on the database: times are cut to microseconds, decimals keep
//! their digits, and what only one of the databases could store is refused on both. Text compares by code point on
//! both, as long as the migrations for PostgreSQL declare text columns `COLLATE "C"`; those for SQLite declare
//! decimals `TEXT COLLATE decimal`, which every connection registers.

mod admission;
mod backend;
mod binds;
mod column;
mod connection;
mod insert;
mod instrument;
mod limit;
mod migrate;
mod named_lock;
mod open;
mod pace;
mod pool;
mod pool_status;
#[cfg(feature = "postgres")]
mod postgres;
mod prepared;
mod query_builder;
mod reach;
#[cfg(feature = "test-util")]
mod recorder;
mod row;
mod sink;
mod sql_types;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod transaction;
mod value;

pub(crate) use admission::Passes;
pub use backend::AnyBackend;
pub use column::RawColumn;
pub use connection::Connection;
pub use migrate::{MigrateError, MigrationStatus, Migrations};
pub(crate) use named_lock::{lock_name, try_lock_name};
pub use open::OpenError;
pub use pool::Db;
pub use pool_status::PoolStatus;
pub(crate) use reach::Reach;
#[cfg(feature = "test-util")]
pub(crate) use recorder::record;
pub use row::{LoadedField, LoadedRow, Row};
pub use statement::Statement;
pub use transaction::AnyTransactionManager;
pub use value::{Kind, Value};

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
compile_error!("enable the feature `postgres`, `sqlite` or both: there is no database without one");
