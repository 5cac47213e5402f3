//! The kit for tests, tested: what it makes and what it finds.
#![cfg(test)]

mod broken;
mod clients;
mod factories;
mod notebook;
