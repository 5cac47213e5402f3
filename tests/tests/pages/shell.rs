//! Lines for a shell: they parse, and what they call is there. The commands of a service's own program are tried by
//! `example-app/tests/documented.rs`.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use skeleton_tests::commands;

use super::{TEMPLATE, read, root};

/// Programs of others that the pages call.
const OTHERS: [&str; 12] = [
    "cd",
    "docker",
    "flyctl",
    "git",
    "k6",
    "mkdir",
    "my-service",
    "newsroom",
    "npx",
    "openssl",
    "sed",
    "pre-commit",
];

/// What cargo does for its reader.
const CARGO: [&str; 8] = [
    "build", "check", "clippy", "fmt", "install", "run", "test", "update",
];

/// The addresses of the newsroom in examples.
const ADDRESSES: [&str; 2] = ["http://127.0.0.1:8000", "http://localhost:8000"];

pub(super) fn check(page: &str, code: &str) -> Result<(), String> {
    super::feed(Command::new("bash").arg("-n"), code)?;
    for words in commands::of(code) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[0] {
            "make" => {
                let is_target = |word: &&&str| !word.contains('=') && !word.starts_with('-');
                let mut targets = words[1..].iter().filter(is_target);
                targets.try_for_each(|name| target(page, name))?;
            }
            "curl" if page == TEMPLATE => of_a_new_project(&words[1..])?,
            "curl" => curl(&words[1..])?,
            "cargo" if words.get(1).is_some_and(|word| CARGO.contains(word)) => package(&words)?,
            program if OTHERS.contains(&program) => {}
            program => return Err(format!("`{program}` is not known here")),
        }
    }
    Ok(())
}

fn target(page: &str, name: &str) -> Result<(), String> {
    let makefile = match page {
        TEMPLATE => "skeleton-runtime/templates/new/Makefile",
        _ => "Makefile",
    };
    if read(makefile).contains(&format!("\n{name}:")) {
        Ok(())
    } else {
        Err(format!("make has no target `{name}`"))
    }
}

/// The names of the workspace's packages.
fn packages() -> Vec<String> {
    let workspace = read("Cargo.toml");
    let members = workspace.split_once("members = [").unwrap().1;
    let members = members.split_once(']').unwrap().0;
    let folders = members.split('"').skip(1).step_by(2).flat_map(folders);
    let name = |folder: PathBuf| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let name = manifest.split_once("name = \"").unwrap().1;
        name.split_once('"').unwrap().0.to_owned()
    };
    folders.map(name).collect()
}

/// Those that a member of the workspace stands for: `examples/*` for several.
fn folders(member: &str) -> Vec<PathBuf> {
    let Some(parent) = member.strip_suffix("/*") else {
        return vec![root().join(member)];
    };
    let folders = std::fs::read_dir(root().join(parent)).unwrap();
    let folders = folders.map(|folder| folder.unwrap().path());
    folders
        .filter(|folder| folder.join("Cargo.toml").exists())
        .collect()
}

/// What stands behind `-p` is a package of the workspace.
fn package(words: &[&str]) -> Result<(), String> {
    let named = words.iter().take_while(|word| **word != "--");
    let Some(name) = named.skip_while(|word| **word != "-p").nth(1) else {
        return Ok(());
    };
    if packages().iter().any(|package| package == name) {
        Ok(())
    } else {
        Err(format!("there is no package `{name}`"))
    }
}

/// A new project has the resources of its models.
fn of_a_new_project(words: &[&str]) -> Result<(), String> {
    let paths = words
        .iter()
        .filter_map(|word| word.strip_prefix(ADDRESSES[0]));
    for path in paths {
        let name = path.trim_matches('/').trim_end_matches('s');
        let model = format!("skeleton-runtime/templates/new/src/models/{name}.rs");
        if !root().join(model).exists() {
            return Err(format!("a new project has no {path}"));
        }
    }
    Ok(())
}

/// The request of a curl line is one that the newsroom documents.
fn curl(words: &[&str]) -> Result<(), String> {
    let is_ours = |word: &&str| ADDRESSES.iter().any(|address| word.starts_with(address));
    let Some(url) = words.iter().copied().find(is_ours) else {
        return Err("curl asks nothing of the newsroom".to_owned());
    };
    let after = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    let method = match (after("-X"), after("-d")) {
        (Some(method), _) => method,
        (None, Some(_)) => "POST",
        (None, None) => "GET",
    };
    let (_, path) = url.split_once(":8000").unwrap();
    documented(method, path)
}

/// `GET /articles?limit=1`, as the newsroom's document has it.
pub(super) fn request(code: &str) -> Result<(), String> {
    let (method, path) = code.trim().split_once(' ').ok_or("a method and a path")?;
    documented(method, path)
}

fn documented(method: &str, path: &str) -> Result<(), String> {
    let document: Value = serde_json::from_str(&read("example-app/openapi.json")).unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let fits = |template: &str| {
        let (parts, given) = (template.split('/'), path.split('/'));
        parts.clone().count() == given.clone().count()
            && parts
                .zip(given)
                .all(|(part, given)| part == given || part.starts_with('{'))
    };
    let paths = document["paths"].as_object().unwrap();
    // `/articles/bulk` is no id.
    let exact = paths.get_key_value(path);
    let found = exact.or_else(|| paths.iter().find(|(template, _)| fits(template)));
    let (template, operations) = found.ok_or(format!("there is no route {path}"))?;
    let operation = &operations[method.to_lowercase()];
    if operation.is_null() {
        return Err(format!("{template} has no {method}"));
    }
    let parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap();
        if !parameters.iter().any(|parameter| parameter["name"] == name) {
            return Err(format!("{method} {template} has no parameter `{name}`"));
        }
    }
    Ok(())
}
