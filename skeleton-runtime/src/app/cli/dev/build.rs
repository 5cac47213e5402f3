//! `cargo build`, and what it made.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::SystemTime;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::Deserialize;
use tokio::process::{Child, Command};

use super::super::{Failure, cargo};
use super::modified;

/// How the service is built.
pub(super) struct Build {
    arguments: Vec<String>,
    program: String,
    /// The one under way.
    running: Option<Child>,
}

/// A program as it was built: another build is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) path: PathBuf,
    modified: Option<SystemTime>,
}

/// A line of cargo's.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

impl Build {
    /// Builds this very program again.
    pub(super) fn of(package: &str, further: Vec<String>) -> Result<Self, Failure> {
        let program = cargo::program()
            .ok_or_else(|| Failure::failed("the system does not tell what program this is"))?;
        let arguments = [
            "build",
            "--message-format=json-render-diagnostics",
            "--package",
            package,
            "--bin",
            &program,
        ];
        let arguments = arguments.into_iter().map(str::to_owned);
        Ok(Self {
            arguments: arguments.chain(further).collect(),
            program,
            running: None,
        })
    }

    /// Builds; `None` where the sources are at fault, which cargo has told then.
    pub(super) async fn run(&mut self) -> Result<Option<Program>, Failure> {
        // A group of its own, so that the compilers can be ended with it.
        let mut child = Command::new("cargo")
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(cargo::missing)?;
        let stdout = child.stdout.take();
        let child = self.running.insert(child);
        let (told, ended) = tokio::join!(read(stdout), child.wait());
        self.running = None;
        if !ended.map_err(Failure::failed)?.success() {
            return Ok(None);
        }
        Ok(told.lines().rev().find_map(|line| self.executable(line)))
    }

    fn executable(&self, line: &str) -> Option<Program> {
        let message: Message = serde_json::from_str(line).ok()?;
        let path = message.executable?;
        (message.target?.name == self.program).then(|| Program {
            modified: modified(&path),
            path,
        })
    }

    /// Ends the build under way, with its compilers.
    pub(super) async fn end(&mut self) {
        if let Some(mut child) = self.running.take() {
            if let Some(group) = child.id().and_then(|id| i32::try_from(id).ok()) {
                let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
            }
            let _ = child.wait().await;
        }
    }
}

async fn read(stdout: Option<tokio::process::ChildStdout>) -> String {
    // Blocking reads of a pipe belong on a thread for them.
    let Some(Ok(pipe)) = stdout.map(tokio::process::ChildStdout::into_owned_fd) else {
        return String::new();
    };
    let read =
        tokio::task::spawn_blocking(move || std::io::read_to_string(std::fs::File::from(pipe)));
    read.await.ok().and_then(Result::ok).unwrap_or_default()
}
