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
mod drills;
mod field_roles;
mod filters;
mod guards;
mod hooks;
mod idempotency;
mod include_rules;
mod includes;
mod lists;
mod newsroom;
mod own_handlers;
mod people;
mod plans;
mod properties;
mod relation_faults;
mod roles;
mod soft_delete;
mod sweep;
mod tags;
mod users;
