//! What cargo knows of the project in the current folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::Failure;

/// A package as `cargo metadata` tells of it.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    name: String,
    manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Package {
    /// The package of this name among those of the workspace here.
    pub(super) fn find(name: &str) -> Result<Self, Failure> {
        let metadata = metadata(&["--no-deps"])?;
        let mut packages = metadata.packages.into_iter();
        packages.find(|package| package.name == name).ok_or_else(|| {
            Failure::Failed(format!(
                "the workspace here has no package `{name}`\n  help: run it from the sources of this program, as `cargo run \
                 -- …`"
            ))
        })
    }

    /// The folder that has its `Cargo.toml`.
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new("."))
    }
}

fn metadata(arguments: &[&str]) -> Result<Metadata, Failure> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1"])
        .args(arguments)
        .output()
        .map_err(missing)?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::Failed(format!(
            "cargo does not know this project: {}\n  help: run it from the sources of this program, as `cargo run -- …`",
            told.trim_end()
        )));
    }
    serde_json::from_slice(&output.stdout).map_err(Failure::failed)
}

/// That cargo can't be run.
pub(super) fn missing(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(format!(
        "cargo can't be run: {error}\n  help: install Rust from https://rustup.rs"
    ))
}

/// The name of the program that runs, as one of the package's.
pub(super) fn program() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    program
        .file_stem()
        .and_then(OsStr::to_str)
        .map(str::to_owned)
}
