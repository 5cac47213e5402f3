//! `completions`: what a shell needs to complete the commands.

use clap::Args;
use clap_complete::Shell;

use super::{Failure, print};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, command: clap::Command, program: &str) -> Result<(), Failure> {
        if self.shell == Shell::Bash {
            return print(&bash(command, program));
        }
        print(&self.script(command, program))
    }

    fn script(&self, mut command: clap::Command, program: &str) -> String {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, program, &mut script);
        String::from_utf8_lossy(&script).into_owned()
    }
}

/// In clap's script for bash a program with a hyphen in its name has no arguments behind its commands: it is written
/// for a name without, and then registered for the true one.
fn bash(command: clap::Command, program: &str) -> String {
    let name = program.replace('-', "_");
    let script = Completions { shell: Shell::Bash }.script(command, &name);
    let end = format!(" {name}");
    let lines = script.lines().map(|line| {
        let registered = line.strip_suffix(end.as_str());
        match registered.filter(|line| line.trim_start().starts_with("complete ")) {
            Some(line) => format!("{line} {program}\n"),
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}
