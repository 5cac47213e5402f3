//! Attacks on access tokens, over HTTP: each is refused with one and the same answer.
#![cfg(test)]

mod claims;
mod forge;
mod keys;
mod shape;
