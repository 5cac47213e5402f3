//! The page of every message, made of what the compiler says of the programs of `tests/ui`.

use std::collections::{BTreeMap, HashSet};

use super::{read, root};

#[path = "../ui/answers.rs"]
mod answers;

use answers::errors;

const PAGE: &str = "docs/messages.md";

const HEAD: &str = "\
# Every message

Made by a test of what the compiler says of the programs of `tests/ui`; `…` stands for a name of yours.
[Errors of the compiler](compile-errors.md) explains those that want a second look.
";

/// What programs are about, by their folder.
const FOLDERS: [(&str, &str); 9] = [
    ("requires_role", "`#[requires_role]`"),
    ("hooks", "`impl Hooks`"),
    ("role", "`#[derive(Role)]`"),
    ("db_enum", "`#[derive(DbEnum)]`"),
    ("routes", "`routes!`"),
    ("migrations", "`migrations!`"),
    ("app", "`App`"),
    ("test", "`#[skeleton_runtime::test]`, clients and factories"),
    ("conformance", "`conformance!`"),
];

/// Those of a resource are about many things, which the marked line tells.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("#[resource", "`#[resource]`"),
    ("#[field", "`#[field]`"),
    ("#[garde", "`#[garde]`"),
    ("#[serde", "`#[serde]`"),
    ("#[requires_role", "`#[requires_role]`"),
];

const FIELDS: &str = "The struct and its fields";

const ORDER: [&str; 14] = [
    "`#[resource]`",
    FIELDS,
    "`#[field]`",
    "`#[garde]`",
    "`#[serde]`",
    "`#[requires_role]`",
    "`impl Hooks`",
    "`#[derive(Role)]`",
    "`#[derive(DbEnum)]`",
    "`routes!`",
    "`migrations!`",
    "`App`",
    "`#[skeleton_runtime::test]`, clients and factories",
    "`conformance!`",
];

/// Words of the language, beside the keys: they stay as they are.
const WORDS: [&str; 29] = [
    "&self",
    ",",
    "DateTime<Utc>",
    "Hooks",
    "None",
    "Option",
    "Option<DateTime<Utc>>",
    "Option<Uuid>",
    "Result<()>",
    "Secret",
    "TestApp",
    "Uuid",
    "async fn",
    "authenticated",
    "cfg",
    "exactly",
    "false",
    "i32",
    "i64",
    "include",
    "length",
    "rename",
    "rename_all",
    "self",
    "set_null",
    "should_panic",
    "through",
    "via",
    "||",
];

/// What rustc adds of its own, which tells nobody what to write.
const NOISE: [&str; 6] = [
    "the trait ",
    "this error originates ",
    "required by ",
    "expected signature ",
    "the derive macro ",
    "`before_create` from trait",
];

fn is_of_the_language(code: &str, keys: &str) -> bool {
    let is_attribute =
        code.starts_with("#[") || code.ends_with(['!', '|']) || code.ends_with("(…)");
    // As a key of a list, or a constant.
    let is_key = [format!("(\"{code}\","), format!("= \"{code}\";")];
    is_attribute || WORDS.contains(&code) || is_key.iter().any(|form| keys.contains(form))
}

/// Of messages that are rustc's own, what to write, by their beginning.
const OWN: [(&str, &str); 12] = [
    (
        "error: cannot find attribute",
        "write `use skeleton_runtime::prelude::*;`",
    ),
    (
        "error[E0425]: cannot find type `Uuid`",
        "write `use skeleton_runtime::prelude::*;`",
    ),
    (
        "error[E0050]",
        "write it as [the page on hooks](hooks.md) has it",
    ),
    (
        "error[E0053]",
        "write it as [the page on hooks](hooks.md) has it",
    ),
    (
        "error[E0185]",
        "write it as [the page on hooks](hooks.md) has it",
    ),
    ("error[E0308]", "write a value of the field's type"),
    ("error[E0407]", "write one of [the hooks](hooks.md)"),
    (
        "error[E0425]: cannot find value",
        "import it, or write its path, as `crate::authors::publish`",
    ),
    (
        "error[E0425]",
        "import it, or write its path, as `crate::authors::Author`",
    ),
    (
        "error[E0599]: no method",
        "write the name of a field that a creation has",
    ),
    (
        "error[E0599]: no associated item",
        "write a variant of an enum that derives `Role`",
    ),
    (
        "error[E0599]",
        "write a variant of the enum that is in scope",
    ),
];

/// A text with `…` for each name of the user's.
fn masked(text: &str, keys: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let is_name = at % 2 == 1 && !is_of_the_language(part, keys);
        if is_name { "…" } else { part }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// What an error tells to write: its help, else its note, else what stands at the mark. Which name was probably meant is
/// another thing each time.
fn told<'a>(error: &[&'a str]) -> Option<&'a str> {
    let own = OWN.iter().find(|(start, _)| error[0].starts_with(start));
    if let Some((_, told)) = own {
        return Some(told);
    }
    let kinds = ["help: ", "note: ", "^ "];
    let found = kinds.into_iter().find_map(|kind| {
        let told = error[1..].iter().filter_map(|line| line.split_once(kind));
        let mut told = told.map(|(_, told)| told.trim());
        told.find(|told| !told.is_empty() && !NOISE.iter().any(|noise| told.starts_with(noise)))
    });
    found.map(|told| match told.split_once("`? ") {
        Some((guess, rest)) if guess.starts_with("did you mean `") => rest,
        _ => told,
    })
}

/// The first line of the program that an error shows.
fn marked<'a>(error: &[&'a str]) -> &'a str {
    let shown = error.iter().filter_map(|line| {
        let (number, code) = line.split_once(" | ")?;
        number.trim().parse::<usize>().ok().map(|_| code)
    });
    shown.into_iter().next().unwrap_or_default()
}

fn group(folder: &str, error: &[&str]) -> &'static str {
    let line = marked(error);
    if error[0].contains("`#[resource]` needs a struct") {
        return FIELDS;
    }
    let mut attributes = ATTRIBUTES.iter();
    let of_folder = FOLDERS.iter().find(|(name, _)| *name == folder);
    let found = of_folder.or_else(|| attributes.find(|(start, _)| line.contains(start)));
    // What begins neither a field nor an attribute is within the parentheses of one of several lines.
    let is_within = !["pub ", "#["]
        .iter()
        .any(|start| line.trim().starts_with(start));
    let rest = if is_within { "`#[resource]`" } else { FIELDS };
    found.map_or(rest, |(_, group)| group)
}

/// The answers of the compiler, with the folder of each program, in order.
pub(crate) fn all() -> Vec<(String, String)> {
    let ui = root().join("tests/ui");
    let mut answers = Vec::new();
    for folder in std::fs::read_dir(&ui).unwrap().map(|entry| entry.unwrap()) {
        let name = folder.file_name().into_string().unwrap();
        let Ok(programs) = std::fs::read_dir(folder.path().join("fail")) else {
            continue;
        };
        let files = programs.map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "stderr"));
        answers.extend(files.map(|path| (path, name.clone())));
    }
    answers.sort();
    let read = |path| std::fs::read_to_string(path).unwrap();
    answers
        .into_iter()
        .map(|(path, folder)| (folder, read(path)))
        .collect()
}

/// The rows of each group, each once, in the order of their messages.
fn rows() -> BTreeMap<&'static str, Vec<String>> {
    let keys = read("skeleton-macros/src/names.rs");
    let (mut seen, mut rows) = (HashSet::new(), BTreeMap::<_, Vec<_>>::new());
    for (folder, answer) in all() {
        for error in errors(&answer) {
            let (group, message) = (group(&folder, &error), masked(error[0], &keys));
            let told =
                told(&error).unwrap_or_else(|| panic!("{folder}: {} tells nothing", error[0]));
            if seen.insert((group, message.clone(), masked(told, &keys))) {
                let row = [message.as_str(), told].map(|cell| cell.replace('|', "\\|"));
                let row = format!("| {} | {} |", row[0], row[1]);
                rows.entry(group).or_default().push(row);
            }
        }
    }
    for rows in rows.values_mut() {
        rows.sort();
    }
    rows
}

fn made() -> String {
    let mut rows = rows();
    let mut page = HEAD.to_owned();
    for group in ORDER {
        let rows = rows
            .remove(group)
            .unwrap_or_else(|| panic!("nothing is said of {group}"));
        let head = "| message | what it tells |\n| --- | --- |";
        let rows = rows.join("\n");
        page.extend(["\n## ", group, "\n\n", head, "\n", &rows, "\n"]);
    }
    assert!(rows.is_empty(), "no place on the page: {:?}", rows.keys());
    page
}

#[test]
fn every_message_is_on_the_page() {
    let made = made();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(PAGE), &made).unwrap();
    }
    assert!(
        read(PAGE) == made,
        "{PAGE} is not what the compiler says\n    help: UPDATE=1 cargo test -p skeleton-tests --test docs -- every_message"
    );
}

#[test]
fn names_of_the_user_are_masked_and_words_of_the_language_are_not() {
    let keys = read("skeleton-macros/src/names.rs");
    let text = "unknown key `colour` in `#[field]`, `read` and `||`";
    assert_eq!(
        masked(text, &keys),
        "unknown key `…` in `#[field]`, `read` and `||`"
    );
}
