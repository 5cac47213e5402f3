//! What users see of the macros: the messages of programs that don't compile.
//!
//! Each file of `tests/ui/<macro>/fail` is one mistake, and the `.stderr` beside it the compiler's answer. Those of
//! `tests/ui/<macro>/pass` compile as modules of `tests/ui/pass.rs`, an example: trybuild would have every dependency
//! built once more for them. After a wanted change: `TRYBUILD=overwrite cargo test -p skeleton-tests --test ui`, and review the difference. One file
//! alone: `cargo test -p skeleton-tests --test ui -- ui trybuild=no_id`.
//!
//! One mistake is one error of at most ten lines; a file that shows several says in its first line how many, and a few
//! longer ones, each with its reason, stand in `ui/exceptions.rs`. What a message tells to write stands in
//! `tests/ui/fixes.txt`; the programs mended by it compile as an example too, `tests/ui/fixed.rs`.

#![cfg(test)]

#[path = "ui/answers.rs"]
mod answers;
#[path = "ui/exceptions.rs"]
mod exceptions;
#[path = "ui/fixes.rs"]
mod fixes;
#[path = "../ui/fixes.rs"]
mod parsed;

use std::path::{Path, PathBuf};
use std::process::Command;

use answers::errors;

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

/// The programs of `tests/ui` that do not compile.
fn failing() -> Vec<PathBuf> {
    let folders = std::fs::read_dir("ui").expect("there are programs");
    let folders = folders.map(|folder| folder.expect("it can be listed").path().join("fail"));
    let programs = folders
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .map(|program| program.expect("it can be listed").path())
        .filter(|program| program.extension().is_some_and(|kind| kind == "rs"));
    let mut programs: Vec<_> = programs.collect();
    programs.sort();
    programs
}

/// A program by its folder and name.
fn named(program: &Path) -> String {
    let name = program.strip_prefix("ui").expect("it is within");
    let name = name.with_extension("").display().to_string();
    name.replace("/fail/", "/")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How many mistakes a program says in its first line to have: `// 3 mistakes.`
fn mistakes(program: &str) -> usize {
    let first = program.lines().next().unwrap_or_default();
    let told = first
        .strip_prefix("// ")
        .and_then(|line| line.strip_suffix(" mistakes."));
    told.map_or(1, |number| number.parse().expect("it is a number"))
}

#[test]
fn one_mistake_is_one_short_error() {
    const MOST_LINES: usize = 10;
    let (mut faults, mut excepted) = (Vec::new(), 0);
    for program in failing() {
        let name = named(&program);
        let answer = read(&program.with_extension("stderr"));
        let (errors, mistakes) = (errors(&answer), mistakes(&read(&program)));
        let longest = errors.iter().map(Vec::len).max().unwrap_or_default();
        if errors.len() != mistakes {
            faults.push(format!(
                "{name}: {} errors of {mistakes} mistakes",
                errors.len()
            ));
        }
        match (exceptions::reason(&name), longest > MOST_LINES) {
            (None, true) => faults.push(format!("{name}: up to {longest} lines")),
            (Some(_), false) => faults.push(format!("{name} is no exception any more")),
            (Some(_), true) => excepted += 1,
            (None, false) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(excepted, exceptions::COUNT, "an exception is of no program");
}

#[test]
fn newcomers_make_at_least_fifty_mistakes() {
    let mistakes: usize = failing()
        .iter()
        .map(|program| mistakes(&read(program)))
        .sum();
    assert!(mistakes >= 50, "{mistakes}");
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
