//! Projects of one's own: made by `new`, grown by `generate`, served by `dev`. They are built offline, into the target
//! folder of these tests, whose dependencies are built already.

#![cfg(test)]
#![cfg(unix)]

// It looks into /proc.
#[cfg(target_os = "linux")]
mod dev;
mod fixture;
mod grown;
mod handed;
mod refused;
