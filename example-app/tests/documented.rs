//! The commands that the documentation shows are there, with their flags.
#![cfg(test)]

use std::process::Command;

use skeleton_tests::commands::documented;

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

fn help(command: &[&str]) -> Option<String> {
    let output = Command::new(PROGRAM)
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

/// The words that name a command: `migrate generate` of `migrate generate create_books`.
fn command<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut named = Vec::new();
    for word in arguments.iter().take_while(|word| !word.starts_with('-')) {
        let parent = help(&named).unwrap();
        let is_listed = |line: &str| line.split_whitespace().next() == Some(*word);
        let commands = parent.split("Commands:").nth(1).unwrap_or_default();
        if !commands
            .lines()
            .take_while(|line| !line.starts_with("Options"))
            .any(is_listed)
        {
            break;
        }
        named.push(*word);
    }
    named
}

#[test]
fn commands_of_the_documentation_are_there() {
    let all = documented();
    assert!(all.len() > 15, "{all:?}");
    for arguments in &all {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let command = command(&arguments);
        let is_command =
            arguments.is_empty() || !command.is_empty() || arguments[0].starts_with('-');
        assert!(is_command, "no such command: {arguments:?}");
        let help = help(&command).unwrap();
        let own = arguments.iter().take_while(|word| **word != "--");
        for flag in own.filter(|word| word.starts_with('-')) {
            let is_known = |word: &str| word.trim_end_matches(',') == *flag;
            assert!(
                help.split_whitespace().any(is_known),
                "`{}` has no {flag}",
                command.join(" ")
            );
        }
    }
}
