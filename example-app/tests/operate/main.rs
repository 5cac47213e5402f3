//! The newsroom in the hands of whoever runs it: commands, starts that fail and that don't, on both databases.
#![cfg(test)]

mod doctor;
mod overview;
mod seed;
mod setup;
mod start;
mod terminal;
mod users;

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use skeleton_runtime::test_util::TestDatabase;
use skeleton_tests::command;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");
/// Good enough for production.
const SECRET: &str = "kX2v9QmZr4T7yLw1Pb6Hc8Nd3Fg5Js0A";

/// A folder to run the program in, with settings.
struct Place {
    folder: TempDir,
    settings: Vec<(String, String)>,
    _database: Option<TestDatabase>,
}

/// What a command said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    /// With a SQLite file in the folder, as nobody set anything.
    fn new(settings: &[(&str, &str)]) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            settings: owned(settings),
            _database: None,
        }
    }

    /// With an empty database of each kind that is to be had.
    async fn both() -> Vec<Self> {
        let databases = TestDatabase::both("empty", async |_url| Ok(())).await;
        databases.into_iter().map(Self::on).collect()
    }

    /// With an empty PostgreSQL, if there is one.
    async fn postgres() -> Option<Self> {
        let database = TestDatabase::postgres("empty", async |_url| Ok(())).await;
        database.map(Self::on)
    }

    fn on(database: TestDatabase) -> Self {
        let place = Self::new(&[("DATABASE_URL", database.url())]);
        Self {
            _database: Some(database),
            ..place
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn url(&self) -> &str {
        let found = self
            .settings
            .iter()
            .find(|(name, _)| name == "DATABASE_URL");
        found.map_or("", |(_, url)| url)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(&[], arguments, "")
    }

    /// With further settings, and something on standard input.
    fn run_with(&self, settings: &[(&str, &str)], arguments: &[&str], input: &str) -> Said {
        let environment = [self.settings.clone(), owned(settings)].concat();
        let mut child = command(PROGRAM, self.path(), &environment)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Most commands read nothing of it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Said::of(child.wait_with_output().unwrap())
    }
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What was asked for, if all went well.
    #[track_caller]
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    /// What is said of a failure with this exit code, and that it has each of these parts.
    #[track_caller]
    fn failed(self, code: i32, parts: &[&str]) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part} is not in:\n{}", self.err);
        }
        self.err
    }
}

fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let settings = settings.iter();
    settings
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
