//! Where a new project has the kit from.

use std::fs;
use std::path::{Path, PathBuf};

/// The kit as a dependency.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kit {
    /// The folder of this crate in a checkout; none is the published version.
    checkout: Option<PathBuf>,
}

impl Kit {
    pub(super) fn published() -> Self {
        Self { checkout: None }
    }

    /// The checkout that was asked for, or the one that this program was built from while it is there; else the
    /// published version.
    pub(super) fn choose(asked: Option<&Path>) -> Result<Self, String> {
        if let Some(path) = asked {
            return Self::at(path).ok_or_else(|| {
                format!(
                    "{} is no checkout of the kit\n  help: name the folder that has skeleton-runtime/Cargo.toml in it",
                    path.display()
                )
            });
        }
        let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        Ok(built_from.and_then(Self::at).unwrap_or(Self::published()))
    }

    /// The checkout whose root this is. What cargo unpacked from a registry has no such root.
    fn at(root: &Path) -> Option<Self> {
        let crate_folder = root.join(env!("CARGO_PKG_NAME")).canonicalize().ok()?;
        let manifest = fs::read_to_string(crate_folder.join("Cargo.toml")).ok()?;
        let is_the_kit = manifest
            .lines()
            .any(|line| line.trim() == concat!("name = \"", env!("CARGO_PKG_NAME"), "\""));
        (is_the_kit && root.join("Cargo.toml").is_file()).then_some(Self {
            checkout: Some(crate_folder),
        })
    }

    pub(super) fn checkout(&self) -> Option<&Path> {
        self.checkout.as_deref()
    }

    /// What says in Cargo.toml which one it is.
    pub(super) fn requirement(&self) -> String {
        match &self.checkout {
            Some(path) => format!("path = {}", toml_string(&path.display().to_string())),
            None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        }
    }
}

fn toml_string(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_that_it_was_built_from_is_the_default() {
        let kit = Kit::choose(None).unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(kit.checkout().unwrap(), here.canonicalize().unwrap());
        assert_eq!(Kit::choose(here.parent()).unwrap(), kit);
    }

    #[test]
    fn what_is_no_checkout_is_told() {
        let fault = Kit::choose(Some(Path::new("/nowhere"))).unwrap_err();
        assert!(fault.contains("/nowhere is no checkout"), "{fault}");
    }

    #[test]
    fn the_published_kit_has_this_version() {
        let requirement = Kit::published().requirement();
        assert_eq!(
            requirement,
            format!("version = \"{}\"", env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(toml_string("a \"b\" \\"), r#""a \"b\" \\""#);
    }
}
