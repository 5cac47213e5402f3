//! What clients send, made up by the thousand.

#[cfg(feature = "sqlite")]
mod filters;
mod patches;
mod values;
