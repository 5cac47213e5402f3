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
    let forms = forms.split("],\n};").next().unwrap();
    // Short lists stand on one line.
    let forms = forms.split_whitespace().collect::<Vec<_>>().join(" ");
    let keys: Vec<_> = forms
        .trim_start_matches([' ', '('])
        .split("), (")
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

fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether `key` stands in `text` as a word.
fn has_word(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + key.len()..].chars().next();
        !before.is_some_and(is_part_of_word) && !after.is_some_and(is_part_of_word)
    })
}

/// Whether `key` stands in `text` where keys do: at the beginning of code, or of what stands in parentheses there.
fn has_key(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = &text[..at];
        let after = text[at + key.len()..].chars().next();
        let begins = before.ends_with(['`', '(']) || before.ends_with(", ");
        begins && !after.is_some_and(is_part_of_word)
    })
}

/// What stands under a heading of a page.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}");
    let rest = page.split(&start).nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no heading {heading}"));
    rest.split("\n## ").next().unwrap()
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

#[test]
fn one_page_has_every_key() {
    let all = "docs/macros.md";
    let lists = [
        ("RESOURCE", all, "`#[resource(…)]`"),
        ("PAGE_KEYS", all, "`#[resource(…)]`"),
        ("FIELD", all, "`#[field(…)]`"),
        ("GARDE", all, "`#[garde(…)]`"),
        ("LENGTH", all, "`#[garde(…)]`"),
        ("RANGE", all, "`#[garde(…)]`"),
        ("RULES", all, "`#[requires_role(…)]`"),
        ("ROLE_ENUM", all, "`#[role(…)]`"),
        ("ROLE_VARIANT", all, "`#[role(…)]`"),
        ("DB_ENUM", all, "`#[db_enum(…)]`"),
        ("TEST", all, "`#[skeleton_runtime::test(…)]`"),
        ("CONFORMANCE", all, "`conformance!(…)`"),
        ("TEST", "docs/testing.md", "A test"),
        ("CONFORMANCE", "docs/testing.md", "The contract"),
    ];
    for (list, name, heading) in lists {
        let page = read(name);
        let lines = section(&page, heading).lines();
        // Rules are told as a grammar, all other keys in tables.
        let told = lines.filter(|line| list == "RULES" || line.starts_with("| `"));
        let told = told.collect::<Vec<_>>().join("\n");
        for key in keys(list) {
            assert!(
                has_key(&told, &key),
                "{name}, {heading}: nothing on `{key}`"
            );
        }
    }
}
