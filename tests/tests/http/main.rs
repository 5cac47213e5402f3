//! The newsroom over HTTP, on every database that is to be had.
#![cfg(test)]

mod articles;
mod auth;
mod bad_input;
mod bulk;
mod categories;
mod codes;
mod comments;
mod common;
mod concurrent_walks;
mod documents;
mod field_roles;
mod filters;
mod guards;
mod hooks;
mod idempotency;
mod lists;
mod plans;
mod properties;
mod soft_delete;
mod sweep;
mod tags;
mod users;
