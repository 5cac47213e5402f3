//! The files of a new project: those of `templates/new`, with its own names.

use super::kit::Kit;

/// What the template calls itself, and its crate.
const NAME: &str = "my-service";
const CRATE: &str = "my_service";

/// What the template says in place of the kit's version or path.
const KIT: &str = r#"version = "0.0.0-kit""#;

/// A file of the new project.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) text: String,
}

macro_rules! template {
    ($($path:literal $(from $source:literal)?;)+) => {
        [$((
            $path,
            include_str!(template!(@source $path $($source)?)),
        )),+]
    };
    (@source $path:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/templates/new/", $path)
    };
    (@source $path:literal $source:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/templates/new/", $source)
    };
}

/// A name with a dot in front, or `Cargo.toml`, would mean something to git and cargo where the template lies.
const FILES: [(&str, &str); 18] = template! {
    "Cargo.toml" from "_Cargo.toml";
    "build.rs";
    "rust-toolchain.toml";
    ".gitignore" from "_gitignore";
    ".env.example" from "_env.example";
    ".github/workflows/ci.yml" from "_github/workflows/ci.yml";
    "Makefile";
    "README.md";
    "src/main.rs";
    "src/lib.rs";
    "src/models/mod.rs";
    "src/models/note.rs";
    "tests/notes.rs";
    "migrations/schema.json";
    "migrations/postgres/2026-01-02-000000_create_notes/up.sql";
    "migrations/postgres/2026-01-02-000000_create_notes/down.sql";
    "migrations/sqlite/2026-01-02-000000_create_notes/up.sql";
    "migrations/sqlite/2026-01-02-000000_create_notes/down.sql";
};

/// All files of a project of this name.
pub(super) fn files(name: &str, kit: &Kit) -> Vec<File> {
    let requirement = kit.requirement();
    let of_crate = name.replace('-', "_");
    let files = FILES.iter().map(|(path, text)| File {
        path,
        text: text
            // In this order: a crate's name has no hyphen, so the second finds nothing that the first wrote.
            .replace(CRATE, &of_crate)
            .replace(NAME, name)
            .replace(KIT, &requirement),
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_template_is_left() {
        for file in files("notebook-2", &Kit::published()) {
            for left in [NAME, CRATE, "0.0.0-kit"] {
                assert!(!file.text.contains(left), "{} has {left}", file.path);
            }
        }
    }

    #[test]
    fn a_name_that_begins_like_the_template_is_written_once() {
        for file in files("my_service2", &Kit::published()) {
            assert!(!file.text.contains("my_service22"), "{}", file.path);
        }
    }
}
