//! What users see of the macros: the messages of programs that don't compile.
//!
//! Each file of `tests/ui/<macro>/fail` is one mistake, and the `.stderr` beside it the compiler's answer. Those of
//! `tests/ui/<macro>/pass` compile as modules of `tests/ui/pass.rs`, an example: trybuild would have every dependency
//! built once more for them. After a wanted change: `TRYBUILD=overwrite cargo test -p skeleton-tests --test ui`, and review the difference. One file
//! alone: `cargo test -p skeleton-tests --test ui -- ui trybuild=no_id`.

#![cfg(test)]

use std::process::Command;

/// The wording of messages is the compiler's, so they are compared on the pinned one alone.
#[test]
fn ui() {
    let pinned = pinned_toolchain();
    let running = running_toolchain();
    assert_eq!(
        running, pinned,
        "these tests compare the messages of Rust {pinned}\n    help: run them through rustup, which reads rust-toolchain.toml"
    );
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*/fail/*.rs");
}

/// A file that is no module of the crate would pass by not being looked at.
#[test]
fn every_passing_program_is_compiled() {
    let modules = include_str!("../ui/pass.rs");
    let folders = std::fs::read_dir("ui").expect("there are programs");
    let mut files = 0;
    for folder in folders {
        let folder = folder.expect("the folder can be listed").path();
        let Ok(programs) = std::fs::read_dir(folder.join("pass")) else {
            continue;
        };
        for program in programs {
            let program = program.expect("the folder can be listed").path();
            let line = format!(
                "#[path = \"{}\"]",
                program.strip_prefix("ui").expect("it is within").display()
            );
            assert!(modules.contains(&line), "tests/ui/pass.rs lacks\n{line}");
            files += 1;
        }
    }
    assert_eq!(
        modules.matches("#[path").count(),
        files,
        "tests/ui/pass.rs has a line too many"
    );
}

fn pinned_toolchain() -> String {
    let file = std::fs::read_to_string("../rust-toolchain.toml").expect("the toolchain is pinned");
    let channel = file
        .lines()
        .find_map(|line| line.strip_prefix("channel = "));
    channel
        .expect("the file names a channel")
        .trim_matches('"')
        .to_owned()
}

fn running_toolchain() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("there is a compiler");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    version
        .split(' ')
        .nth(1)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
