//! What the messages of `tests/ui/<macro>/fail` tell to write, pasted; `tests/build.rs` makes it.

#![allow(
    missing_docs,
    missing_debug_implementations,
    unused,
    clippy::all,
    clippy::pedantic,
    reason = "nobody uses these programs: they show that they compile"
)]

include!(concat!(env!("OUT_DIR"), "/fixed.rs"));
