//! The library as its callers see it, a module for each part of the domain.
//!
//! Each test runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.
#![cfg(test)]

mod catalogue;
mod lending;
