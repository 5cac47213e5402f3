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
    pub(super) fn run(&self, mut command: clap::Command, program: &str) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, program, &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
