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
    /// None is a path.
    #[cfg(all(feature = "dev", unix))]
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    #[cfg(all(feature = "dev", unix))]
    workspace_root: PathBuf,
    #[cfg(all(feature = "dev", unix))]
    target_directory: PathBuf,
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

/// Where sources are, and where they are not.
#[cfg(all(feature = "dev", unix))]
#[derive(Debug)]
pub(super) struct Sources {
    /// The workspace, the current folder, and packages elsewhere that are depended on by path.
    pub(super) folders: Vec<PathBuf>,
    /// What cargo builds into.
    pub(super) target: PathBuf,
}

#[cfg(all(feature = "dev", unix))]
impl Sources {
    pub(super) fn find() -> Result<Self, Failure> {
        let metadata = metadata(&[])?;
        let here = std::env::current_dir().map_err(Failure::failed)?;
        let local = metadata.packages.iter();
        let local = local.filter(|package| package.source.is_none());
        let mut folders = vec![here, metadata.workspace_root];
        folders.extend(local.map(|package| package.folder().to_owned()));
        Ok(Self {
            folders,
            target: metadata.target_directory,
        })
    }
}
