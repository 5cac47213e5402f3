//! The newsroom over HTTP, on every database that is to be had.
#![cfg(test)]

mod articles;
mod auth;
mod auth_keys;
mod auth_logins;
mod auth_passwords;
mod auth_races;
mod auth_sessions;
mod auth_throttle;
mod auth_users;
mod bad_input;
mod categories;
mod comments;
mod common;
mod documents;
mod field_roles;
mod filters;
mod guards;
mod handler_guards;
mod lists;
mod tags;
mod users;
