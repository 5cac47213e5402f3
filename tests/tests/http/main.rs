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
mod include_rules;
mod includes;
mod lists;
mod people;
mod relation_faults;
mod tags;
mod users;
