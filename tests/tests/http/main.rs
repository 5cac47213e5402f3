//! The newsroom over HTTP, on every database that is to be had.
#![cfg(test)]

mod articles;
mod auth;
mod bad_input;
mod categories;
mod comments;
mod common;
mod documents;
mod field_roles;
mod filters;
mod guards;
mod lists;
mod plans;
mod properties;
mod tags;
mod users;
