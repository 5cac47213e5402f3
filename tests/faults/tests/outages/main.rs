//! Databases and processes that end, hang, and come back.
#![cfg(test)]

mod smoke;

const PROGRAM: &str = env!("CARGO_BIN_EXE_drill");
