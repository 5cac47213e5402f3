//! A project in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What decides how things are built and where they come from; all else of the environment is left out.
const KEPT: [&str; 9] = [
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "CARGO_HOME",
    "CARGO_INCREMENTAL",
    "CARGO_BUILD_JOBS",
    "RUSTFLAGS",
    "CI",
    "TEST_DATABASE_URL",
    "SHELL",
];

/// An application of this workspace: each of them can make projects.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_notebook");

pub(crate) struct Project {
    name: &'static str,
    folder: TempDir,
}

/// A command in `folder`, with nothing of this process's own settings.
pub(crate) fn command(program: &str, folder: &Path) -> Command {
    let mut command = skeleton_tests::command(program, folder, &[]);
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TERM_COLOR", "never");
    command
}

/// Where these tests are built.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

pub(crate) fn told(output: &Output) -> String {
    let [out, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}\n{errors}")
}

impl Project {
    pub(crate) fn new(name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = command(PROGRAM, folder.path())
            .args(["new", name])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", told(&made));
        let project = Self { name, folder };
        // The versions that are there already.
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        std::fs::copy(workspace.join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(self.name).join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        command(program, &self.path(""))
    }

    /// What a command that must succeed prints, with what it tells.
    #[track_caller]
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}:\n{}",
            told(&output)
        );
        told(&output)
    }

    /// The program that was built last.
    pub(crate) fn program(&self) -> PathBuf {
        target().join("debug").join(self.name)
    }
}
