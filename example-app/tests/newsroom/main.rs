//! The newsroom, tested with the kit for tests: what users of the kit may copy.
#![cfg(test)]

mod articles;
mod conformance;
