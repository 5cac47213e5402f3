//! The newsroom, tested with the kit for tests: what services may copy.
#![cfg(test)]

mod articles;
mod categories;
mod comments;
mod conformance;
