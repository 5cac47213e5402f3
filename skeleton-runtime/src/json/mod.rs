//! JSON over HTTP: bodies that have one meaning only, and answers.
//!
//! `serde_json` alone takes the last of two equal keys, and passes over lone surrogates and any depth of nesting in
//! what it skips. Parsers downstream may read such text differently, so here it is refused: whatever comes out of
//! [`read_object`], nested parts included, is UTF-8 without duplicate keys, lone surrogates, or more than
//! [`MAX_DEPTH`] levels of nesting.

mod answer;
mod body;
mod object;
mod strict;
#[cfg(test)]
mod tests;

pub use answer::answer;
pub use body::{JSON, JsonBody, read_body};
pub use object::{Object, check_json, read_object};
pub use strict::MAX_DEPTH;
