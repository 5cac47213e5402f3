//! Examples behind the help of each command, under the name of the program.

use clap::Command;

/// By the words of a command: what to type behind the program's name, and what that does.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "serve",
        &[
            ("serve", "with the settings of the environment and .env"),
            ("", "the same"),
        ],
    ),
    (
        "migrate",
        &[
            ("migrate generate add_tags", "write a migration"),
            ("migrate run", "apply what is pending"),
        ],
    ),
    (
        "migrate generate",
        &[
            ("migrate generate add_tags", "from the resources"),
            (
                "migrate generate drop_notes --allow-destructive",
                "also what loses data",
            ),
        ],
    ),
    (
        "migrate baseline",
        &[("migrate baseline", "once, for migrations by hand")],
    ),
    (
        "migrate check",
        &[
            ("migrate check", "in CI: no database is needed"),
            (
                "migrate check --db",
                "whether somebody changed the database",
            ),
        ],
    ),
    (
        "migrate run",
        &[("migrate run", "before the new program starts")],
    ),
    (
        "migrate revert",
        &[
            ("migrate revert", "the newest one"),
            ("migrate revert 3", "the newest three"),
        ],
    ),
    (
        "migrate redo",
        &[("migrate redo", "back and forth, while one is written")],
    ),
    (
        "migrate status",
        &[("migrate status", "what is applied, what is pending")],
    ),
    (
        "routes",
        &[
            ("routes", "as a table"),
            (
                "routes --json | jq '.[] | select(.rule == \"anybody\")'",
                "what is open to all",
            ),
        ],
    ),
    ("roles", &[("roles > roles.snap", "to be checked in")]),
    (
        "user",
        &[
            (
                "user create ann@example.com --role OWNER",
                "the first account",
            ),
            ("user list", "all accounts"),
        ],
    ),
    (
        "user create",
        &[
            (
                "user create ann@example.com --role OWNER",
                "asks for the password",
            ),
            (
                "user create ann@example.com --password-stdin < password",
                "from a file",
            ),
            (
                "user create ann@example.com --generate-password",
                "prints one, once",
            ),
        ],
    ),
    (
        "user set-role",
        &[(
            "user set-role ann@example.com ADMIN",
            "binds within 5 seconds",
        )],
    ),
    (
        "user set-password",
        &[(
            "user set-password ann@example.com --generate-password",
            "prints one, once",
        )],
    ),
    (
        "user disable",
        &[(
            "user disable ann@example.com",
            "locks out, and ends all sessions",
        )],
    ),
    (
        "user enable",
        &[("user enable ann@example.com", "may log in again")],
    ),
    (
        "user list",
        &[
            ("user list", "as a table"),
            ("user list --json", "for programs"),
        ],
    ),
    (
        "seed",
        &[
            ("seed", "any number of times"),
            ("seed --force", "also in production"),
        ],
    ),
    (
        "keys",
        &[
            ("keys generate >> .env", "a first key"),
            ("keys rotate", "what to set, in three steps"),
        ],
    ),
    (
        "keys generate",
        &[
            ("keys generate", "Ed25519"),
            (
                "keys generate --algorithm rs256",
                "RSA, where clients know no other",
            ),
        ],
    ),
    (
        "keys rotate",
        &[("keys rotate", "what to set, in three steps")],
    ),
    (
        "openapi",
        &[
            ("openapi > openapi.json", "to be checked in"),
            ("openapi --check openapi.json", "in CI"),
        ],
    ),
    (
        "token",
        &[
            ("token", "of dev@example.com, which is made"),
            (
                "token --email ann@example.com --role ADMIN --hours 1",
                "of another",
            ),
        ],
    ),
    (
        "doctor",
        &[
            (
                "doctor",
                "before the first start, or when something is wrong",
            ),
            ("doctor --json", "for programs"),
        ],
    ),
    ("health", &[("health", "of an image's health check")]),
    (
        "new",
        &[
            ("new ../my-service", "called as its folder"),
            ("new ../work --name my-service", "called otherwise"),
        ],
    ),
    (
        "generate",
        &[(
            "generate resource Tag name:string:unique",
            "with its migration",
        )],
    ),
    (
        "generate resource",
        &[
            (
                "generate resource BlogPost title:string:unique body:text",
                "with its migration",
            ),
            (
                "generate resource Tag name:string --dry-run",
                "what would be written",
            ),
        ],
    ),
    #[cfg(all(feature = "dev", unix))]
    (
        "dev",
        &[
            ("dev", "from the sources, until Ctrl-C"),
            ("dev -- --locked --release", "as cargo build is told"),
        ],
    ),
    (
        "config",
        &[("config show", "every setting, and where it comes from")],
    ),
    (
        "config show",
        &[
            ("config show", "as a table"),
            ("config show --json", "for programs"),
        ],
    ),
    (
        "completions",
        &[(
            "completions bash > ~/.local/share/bash-completion/completions/PROGRAM",
            "for bash",
        )],
    ),
];

const EXIT_CODES: &str = "Exit codes:
  0   done
  1   failed; what is wrong is on standard error
  2   wrong usage
  78  a setting, a declaration, or what they name is at fault: all faults are told at once, each with its fix

What a command is asked for is on standard output, everything for people on standard error. Colors are for terminals
alone, and NO_COLOR switches them off. Settings come from the environment and .env: see `config show`.";

/// Puts examples and exit codes behind the help.
pub(super) fn with_examples(command: Command, program: &str) -> Command {
    let commands = walk(command, program, "");
    let examples = [
        ("", "serve"),
        ("doctor", "find what keeps it from starting"),
        ("COMMAND --help", "examples of a command, and what it takes"),
    ];
    commands.after_help(format!("{}\n\n{EXIT_CODES}", written(program, &examples)))
}

fn walk(command: Command, program: &str, words: &str) -> Command {
    command.mut_subcommands(|inner| {
        let words = format!("{words} {}", inner.get_name());
        let words = words.trim();
        let examples = EXAMPLES.iter().find(|(known, _)| *known == words);
        let inner = match examples {
            Some((_, examples)) => {
                let own = inner.get_after_help().map(|help| format!("{help}\n\n"));
                let examples = written(program, examples);
                inner.after_help(own.unwrap_or_default() + &examples)
            }
            None => inner,
        };
        walk(inner, program, words)
    })
}

fn written(program: &str, examples: &[(&str, &str)]) -> String {
    let line = |(arguments, what): &(&str, &str)| {
        let arguments = arguments.replace("PROGRAM", program);
        let typed = format!("{program} {arguments}");
        format!("  {:<52}  {what}", typed.trim())
    };
    let lines: Vec<_> = examples.iter().map(line).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::*;

    /// The words of a command line as a shell would give them, up to what is for the shell itself.
    fn words(example: &str) -> Vec<String> {
        let own = example.split(['|', '>', '<']).next().unwrap_or_default();
        let words = std::iter::once("newsroom").chain(own.split_whitespace());
        words.map(str::to_owned).collect()
    }

    fn paths(command: &Command, before: &str, all: &mut Vec<String>) {
        for inner in command.get_subcommands() {
            let path = format!("{before} {}", inner.get_name()).trim().to_owned();
            paths(inner, &path, all);
            all.push(path);
        }
    }

    #[test]
    fn every_example_can_be_typed() {
        for (_, examples) in EXAMPLES {
            for (example, _) in *examples {
                let parsed = command("newsroom", "1.0.0", "").try_get_matches_from(words(example));
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn every_command_has_examples_in_its_help() {
        let mut all = Vec::new();
        paths(&command("newsroom", "1.0.0", ""), "", &mut all);
        assert!(all.len() > 20, "{all:?}");
        for path in all {
            let known = EXAMPLES.iter().any(|(known, _)| *known == path);
            assert!(known, "`{path}` has no example");
        }
        let help = command("newsroom", "1.0.0", "").render_help().to_string();
        assert!(help.contains("78  a setting"), "{help}");
    }
}
