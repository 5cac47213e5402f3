//! What the newsroom tells of itself: figures, traces, levels, pages, its document.
#![cfg(test)]

mod browser;
mod client;
mod console;
mod document;
mod figures;
mod log;
mod metrics;
mod pages;
mod traces;

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

/// A file of the repository.
fn repository(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(path)
}
