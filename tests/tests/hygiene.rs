//! Rules for every file of the project that no compiler or lint checks.

#![cfg(test)]

mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenTree};

/// The longest that a file may be. Most are far under it: past 400 lines look for the two files in the one.
const MAX_LINES: usize = 600;

/// Written by hand, so held to a length. A change log grows, and the lock file is cargo's.
const COUNTED: [&str; 8] = ["rs", "sql", "sh", "toml", "yml", "yaml", "py", "js"];

/// Fixtures of mistakes.
const FIXTURES: &str = "tests/ui";

/// Macros that stand for code to come.
const UNFINISHED: [&str; 2] = ["todo", "unimplemented"];

#[test]
fn no_file_is_over_600_lines() {
    let mut too_long = Vec::new();
    for path in sources::files("") {
        let is_counted = path
            .extension()
            .is_some_and(|extension| COUNTED.iter().any(|it| extension == *it));
        if is_counted {
            let lines = sources::read(&path).lines().count();
            if lines > MAX_LINES {
                too_long.push(format!("{}: {lines} lines", path.display()));
            }
        }
    }
    assert!(
        too_long.is_empty(),
        "over {MAX_LINES} lines, so each is more than one thing:\n{}",
        too_long.join("\n")
    );
}

#[test]
fn nothing_is_left_open_or_switched_off() {
    let mut faults = Vec::new();
    for path in sources::files("") {
        if path.extension().is_some_and(|extension| extension == "rs")
            && !path.starts_with(FIXTURES)
        {
            faults.extend(left_open(&path, &sources::read(&path)));
        }
    }
    assert!(
        faults.is_empty(),
        "left open, or switched off:\n{}",
        faults.join("\n")
    );
}

#[test]
fn what_is_left_open_is_seen() {
    let source = r##"
        //! todo! {} in a comment, and "in a string", are not code.
        const NAMES: [&str; 2] = ["todo! {}", "# [ignore]"];
        fn todo() { todo() }
        #[test] # [ignore = "slow"] fn a() { match 1 { _ => todo! ("later") } }
        mod b { fn c() { unimplemented! {} } }
    "##;
    let found = left_open(Path::new("x.rs"), source);
    assert_eq!(
        found,
        [
            "x.rs:5: `ignore`",
            "x.rs:5: `todo!`",
            "x.rs:6: `unimplemented!`"
        ]
    );
}

fn left_open(path: &Path, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&sources::tokens(path, source), &mut |line, what| {
        found.push(format!("{}:{line}: `{what}`", path.display()));
    });
    found
}

fn walk(tokens: &[TokenTree], found: &mut impl FnMut(usize, &str)) {
    for (at, token) in tokens.iter().enumerate() {
        let line = token.span().start().line;
        let next = tokens.get(at + 1);
        match token {
            TokenTree::Ident(ident)
                if sources::is_punct(next, '!') && UNFINISHED.iter().any(|name| ident == name) =>
            {
                found(line, &format!("{ident}!"));
            }
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let attribute = sources::group(next, Delimiter::Bracket).unwrap_or_default();
                if sources::ident(attribute.first()).is_some_and(|name| name == "ignore") {
                    found(line, "ignore");
                }
            }
            TokenTree::Group(group) => walk(&group.stream().into_iter().collect::<Vec<_>>(), found),
            _ => {}
        }
    }
}

/// The migrations of one database, by name: `<timestamp>_<verb_noun>`.
type Migrations = BTreeMap<String, Migration>;

/// The files of a migration that hold a statement.
type Migration = BTreeSet<String>;

/// The migrations of each folder `migrations` of the project, by database.
fn migrations() -> BTreeMap<String, BTreeMap<String, Migrations>> {
    let mut found = BTreeMap::<_, BTreeMap<_, Migrations>>::new();
    for path in sources::files("") {
        let parts: Vec<String> = path.iter().map(|part| part.display().to_string()).collect();
        let Some(at) = parts.iter().position(|part| part == "migrations") else {
            continue;
        };
        let [database, name, file] = &parts[at + 1..] else {
            continue;
        };
        let databases = found.entry(parts[..=at].join("/")).or_default();
        let migration = databases
            .entry(database.clone())
            .or_default()
            .entry(name.clone())
            .or_default();
        let is_statement = |line: &str| !line.trim().is_empty() && !line.trim().starts_with("--");
        if sources::read(&path).lines().any(is_statement) {
            migration.insert(file.clone());
        }
    }
    assert!(
        found.contains_key("migrations"),
        "the folder `migrations` has no migration"
    );
    found
}

#[test]
fn migrations_are_the_same_on_both_databases() {
    for (folder, databases) in migrations() {
        let names = |database: &str| {
            let migrations = databases.get(database);
            migrations
                .into_iter()
                .flat_map(BTreeMap::keys)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("postgres"),
            names("sqlite"),
            "{folder}/postgres and {folder}/sqlite differ"
        );
        assert_eq!(databases.len(), 2, "{folder} is for two databases");
    }
}

#[test]
fn migrations_go_up_and_down() {
    let both = Migration::from(["down.sql".to_owned(), "up.sql".to_owned()]);
    for (folder, databases) in migrations() {
        for (name, migration) in databases.into_values().flatten() {
            assert_eq!(
                migration, both,
                "{folder}/…/{name} needs statements in up.sql and in down.sql, and no other file"
            );
            let timestamp = name.split_once('_').map_or("", |(timestamp, _)| timestamp);
            let digits = timestamp.bytes().filter(u8::is_ascii_digit).count();
            assert!(
                digits >= 8,
                "{folder}/…/{name} is not named `<timestamp>_<verb_noun>`"
            );
        }
    }
}

/// `unsafe` is forbidden in one place, which each crate of the workspace takes over. Programs that are to be as short as they
/// can be do without the other lints.
#[test]
fn every_crate_forbids_unsafe() {
    let manifest = |path: &str| -> toml::Table { sources::read(Path::new(path)).parse().unwrap() };
    let workspace = manifest("Cargo.toml");
    let forbidden = &workspace["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(forbidden.as_str(), Some("forbid"));
    let here = toml::toml! { rust = { unsafe_code = "forbid" } };
    let taken_over = toml::toml! { workspace = true };
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let mut folders = Vec::new();
    for member in members.iter().map(|member| member.as_str().unwrap()) {
        let Some(parent) = member.strip_suffix("/*") else {
            folders.push(member.to_owned());
            continue;
        };
        let manifests = sources::files(parent).into_iter();
        let manifests = manifests.filter(|path| path.ends_with("Cargo.toml"));
        folders.extend(manifests.map(|path| path.parent().unwrap().display().to_string()));
    }
    assert!(folders.len() > 10, "{folders:?}");
    for folder in folders {
        let path = format!("{folder}/Cargo.toml");
        let lints = manifest(&path).get("lints").cloned();
        let is_forbidden = [&here, &taken_over]
            .map(|table| Some(table.clone().into()))
            .contains(&lints);
        assert!(is_forbidden, "{path}: {lints:?}");
    }
}
