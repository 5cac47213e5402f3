//! Migrations that are derived from resources: what is generated, applied to both databases.
#![cfg(test)]

mod commands;
mod evolve;
mod failures;
mod instances;
mod kit;
mod newsroom;
mod steps;
mod support;
mod types;
