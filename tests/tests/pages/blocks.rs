//! Each language has its check, and there are no others.

use std::collections::HashMap;
use std::process::Command;

use skeleton_runtime::test_util::skip;
use skeleton_tests::is_installed;

use super::{Block, Page, all, read, root, shell};

/// Pages whose Rust is part of programs that other tests compile and run.
const PARTS: [(&str, &[&str]); 4] = [
    ("README.md", &["examples/books/src/main.rs"]),
    (
        "docs/testing.md",
        &[
            "example-app/tests/newsroom/articles.rs",
            "example-app/tests/newsroom/comments.rs",
            "example-app/tests/newsroom/conformance.rs",
            "tests/tests/test_kit/notebook.rs",
        ],
    ),
    ("docs/writes.md", &["tests/src/notebook.rs"]),
    (
        "docs/how-the-macros-work.md",
        &[
            "skeleton-macros/src/tests/snapshots/resource_plain.snap",
            "skeleton-macros/src/tests/snapshots/requires_role_handler.snap",
        ],
    ),
];

/// Pages that show what a program prints, a grammar or the way of things: people hold it to what it says.
const TEXT: [&str; 6] = [
    "ARCHITECTURE.md",
    "docs/accounts.md",
    "docs/command-line.md",
    "docs/load-testing.md",
    "docs/macros.md",
    "docs/observability.md",
];

#[test]
fn every_block_of_code_is_held_to_something() {
    let pages = all();
    for page in &pages {
        assert_eq!(page.indented(), None, "{}: fence that block", page.name);
    }
    let mut counts = HashMap::<&str, usize>::new();
    for block in pages.iter().flat_map(Page::blocks) {
        if let Err(fault) = check(&block) {
            panic!("{}: {fault}\n{}", block.place(), block.code);
        }
        let language = block.language.split(',').next().unwrap();
        *counts.entry(language).or_default() += 1;
    }
    assert!(counts["rust"] > 40 && counts["sh"] > 15, "{counts:?}");
}

fn check(block: &Block<'_>) -> Result<(), String> {
    match block.language {
        "rust" | "rust,no_run" | "rust,ignore" => rust(block),
        "sql" => sql(&block.code),
        "json" => serde_json::from_str::<serde_json::Value>(&block.code)
            .map(drop)
            .map_err(|error| error.to_string()),
        "toml" => toml::from_str::<toml::Table>(&block.code)
            .map(drop)
            .map_err(|error| error.to_string()),
        "sh" => shell::check(block.page, &block.code),
        "http" => shell::request(&block.code),
        "ini" => ini(&block.code),
        "ts" => parts_of(&block.code, &["tests/typescript/round-trip.ts"]),
        "python" => python(&block.code),
        "java" => balanced(&block.code),
        // Served with, as it stands, by the tests of faults (`make test-faults`).
        "nginx" if block.page == "docs/reliability.md" => balanced(&block.code),
        "text" if TEXT.contains(&block.page) => Ok(()),
        "text" if block.page.starts_with("examples/") => files(block),
        _ => Err("a language without a check: add one here, or leave the block out".to_owned()),
    }
}

/// A page is compiled as a whole (`tests/src/pages.rs`), or shows parts of programs.
fn rust(block: &Block<'_>) -> Result<(), String> {
    let name = block.page.strip_prefix("docs/").unwrap_or(block.page);
    let is_compiled = read("tests/src/pages.rs").contains(&format!("\"{name}\""));
    match PARTS.iter().find(|(page, _)| *page == block.page) {
        Some((_, programs)) if !is_compiled => parts_of(&block.code, programs),
        None if is_compiled && block.language != "rust,ignore" => Ok(()),
        _ => Err("neither in tests/src/pages.rs, nor part of a program in PARTS".to_owned()),
    }
}

/// Each line of it stands there, beside those that it stands beside here.
fn parts_of(code: &str, programs: &[&str]) -> Result<(), String> {
    let programs = programs.iter().map(|path| read(path));
    let programs = programs.collect::<Vec<_>>().join("\n");
    let indented: Vec<_> = programs.lines().map(str::trim).collect();
    let programs = indented.join("\n");
    for part in code.split("\n\n") {
        let lines: Vec<_> = part.trim().lines().map(str::trim).collect();
        if !programs.contains(&lines.join("\n")) {
            return Err(format!("no program has:\n{part}"));
        }
    }
    Ok(())
}

/// It stands in a migration, and those are run on both databases.
fn sql(code: &str) -> Result<(), String> {
    let folders = [
        "migrations",
        "examples/books/migrations",
        "tests/migrations",
    ];
    for folder in folders.map(|folder| root().join(folder)) {
        for database in ["postgres", "sqlite"] {
            for migration in std::fs::read_dir(folder.join(database)).unwrap() {
                let up = migration.unwrap().path().join("up.sql");
                if std::fs::read_to_string(up).is_ok_and(|text| text.contains(code.trim())) {
                    return Ok(());
                }
            }
        }
    }
    Err("no migration has it".to_owned())
}

/// Each line begins with a file or a folder beside the page.
fn files(block: &Block<'_>) -> Result<(), String> {
    let folder = root().join(block.page);
    let folder = folder.parent().unwrap();
    let names = block
        .code
        .lines()
        .map(|line| line.split(' ').next().unwrap());
    let mut missing = names.filter(|name| name.is_empty() || !folder.join(name).exists());
    match missing.next() {
        None => Ok(()),
        Some(name) => Err(format!("there is no `{name}`")),
    }
}

/// Sections in brackets, and `Name=value` beneath.
fn ini(code: &str) -> Result<(), String> {
    let mut has_section = false;
    let lines = code.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let is_section = line.starts_with('[') && line.ends_with(']');
        let is_value = has_section && line.contains('=');
        if !is_section && !is_value {
            return Err(format!("neither a section nor a value: {line}"));
        }
        has_section |= is_section;
    }
    Ok(())
}

fn python(code: &str) -> Result<(), String> {
    if !is_installed("python3") {
        skip("Python (not installed: apt-get install python3)");
        return Ok(());
    }
    let program = "import ast, sys; ast.parse(sys.stdin.read())";
    super::feed(Command::new("python3").args(["-c", program]), code)
}

/// Java has no parser here: its brackets close in the order that they open, outside of texts.
fn balanced(code: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let outside_of_texts = code.split('"').step_by(2);
    for letter in outside_of_texts.flat_map(str::chars) {
        match letter {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(letter) => {
                return Err(format!("`{letter}` closes nothing"));
            }
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(()),
        Some(letter) => Err(format!("`{letter}` is missing")),
    }
}

#[test]
fn an_indented_block_is_seen() {
    let page = |text: &str| Page {
        name: "docs/faq.md".to_owned(),
        text: text.to_owned(),
    };
    assert_eq!(page("As\n\n    let a = 1;\n").indented(), Some(3));
    assert_eq!(page("```rust\n\n    let a = 1;\n```\n").indented(), None);
    assert_eq!(page("- one\n  two\n\n  three\n").indented(), None);
}

#[test]
fn what_is_wrong_is_seen() {
    let block = |page, language, code: &str| Block {
        page,
        line: 1,
        language,
        code: code.to_owned(),
    };
    let wrong = [
        block("docs/faq.md", "rust", "fn main() {}"),
        block("docs/fields.md", "rust,ignore", "fn main() {}"),
        block("docs/testing.md", "rust", "fn nowhere() {}"),
        block("docs/lists.md", "text", "anything"),
        block(
            "examples/domain/README.md",
            "text",
            "src/nothing.rs  no file",
        ),
        block("docs/lists.md", "", "anything"),
        block("docs/lists.md", "json", "{"),
        block("docs/lists.md", "toml", "= 1"),
        block("docs/lists.md", "sql", "DROP TABLE users;"),
        block("docs/lists.md", "java", "f(]"),
        block("docs/lists.md", "python", "def ("),
        block("docs/lists.md", "ini", "a = 1"),
        block("docs/lists.md", "ts", "const nowhere = 1;"),
        block("docs/lists.md", "http", "GET /articles?unknown=1"),
        block("docs/lists.md", "http", "DELETE /articles"),
        block("docs/lists.md", "sh", "make nothing"),
        block("docs/lists.md", "sh", "make lint nothing"),
        block("docs/lists.md", "sh", "cargo"),
        block("docs/lists.md", "sh", "cargo run -p nothing"),
        block(
            "docs/lists.md",
            "sh",
            "curl -s http://127.0.0.1:8000/nowhere",
        ),
        block("docs/lists.md", "sh", "if true; then"),
        block("docs/lists.md", "sh", "unheard-of --flag"),
    ];
    for block in wrong {
        assert!(check(&block).is_err(), "{}: {}", block.place(), block.code);
    }
}
