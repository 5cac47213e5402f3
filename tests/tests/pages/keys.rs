//! Each key of each attribute is explained in a table, and used in code that compiles.

use super::{Page, read};

/// The keys of a list in the macros' own names, with those that are constants there.
fn keys(list: &str) -> Vec<String> {
    let names = read("skeleton-macros/src/names.rs");
    let constant = |name: &str| {
        let line = format!("const {name}: &str = \"");
        let found = names.split(&line).nth(1);
        let value = found.unwrap_or_else(|| panic!("no constant {name}"));
        value.split('"').next().unwrap().to_owned()
    };
    let start = format!("static {list}: Keys = Keys {{");
    let body = names.split(&start).nth(1).unwrap();
    let forms = body.split("forms: &[").nth(1).unwrap();
    let forms = forms.split("\n    ],").next().unwrap();
    let entries = forms
        .lines()
        .map(str::trim)
        .filter_map(|line| line.strip_prefix('('));
    let keys: Vec<_> = entries
        .map(|entry| match entry.strip_prefix('"') {
            Some(literal) => literal.split('"').next().unwrap().to_owned(),
            None => constant(entry.split(',').next().unwrap()),
        })
        .collect();
    assert!(!keys.is_empty(), "{list}");
    keys
}

fn page(name: &str) -> Page {
    let text = read(name);
    let name = name.to_owned();
    Page { name, text }
}

/// Whether `key` stands in `text` as a word.
fn has_word(text: &str, key: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(key).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + key.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

#[test]
fn every_key_is_explained_and_used() {
    let lists = [
        ("RESOURCE", "docs/resources.md", "#[resource("),
        ("FIELD", "docs/fields.md", "#[field("),
        ("RULES", "docs/roles.md", "#[requires_role("),
        ("ROLE_VARIANT", "docs/roles.md", "#[role("),
    ];
    for (list, name, attribute) in lists {
        let page = page(name);
        let rows: Vec<_> = page
            .text
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let rows = rows.iter().filter_map(|row| row.split('|').nth(1));
        let rows = rows.collect::<Vec<_>>().join("\n");
        let code: String = page.blocks().into_iter().map(|block| block.code).collect();
        let uses = code.split(attribute).skip(1);
        let uses: Vec<_> = uses.map(|rest| rest.split(")]").next().unwrap()).collect();
        for key in keys(list) {
            assert!(has_word(&rows, &key), "{name} has no row for `{key}`");
            let is_used = uses.iter().any(|text| has_word(text, &key));
            assert!(is_used, "{name} has no example of `{key}`");
        }
    }
}

#[test]
fn every_rule_of_values_is_explained() {
    let fields = read("docs/fields.md");
    let table = fields.split("## Validation").nth(1).unwrap();
    for key in keys("GARDE").into_iter().chain(keys("LENGTH")) {
        assert!(
            has_word(table, &key),
            "docs/fields.md has nothing on `{key}`"
        );
    }
}
