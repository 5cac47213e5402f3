//! The documentation of the macros tells of each of their keys.

use crate::names::{
    CONFORMANCE, DB_ENUM, FIELD, GARDE, Keys, LENGTH, PAGE_KEYS, RANGE, RESOURCE, ROLE_ENUM,
    ROLE_VARIANT, RULES, TEST,
};

/// What is code of a text.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    let words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| !word.is_empty())
}

fn rows(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter(|line| line.starts_with("| "))
}

/// Whether a code in the first cell of the row begins with the key. What stands before the bracket of an attribute is the
/// attribute's name.
fn is_of(row: &str, key: &str) -> bool {
    // A bar within code.
    let row = row.replace("\\|", "");
    let first = row.split('|').nth(1).unwrap_or_default();
    codes(first).any(|code| {
        let inner = code
            .strip_prefix("#[")
            .and_then(|code| code.split_once('('));
        let written = inner.map_or(code, |(_, written)| written);
        words(written).next() == Some(key)
    })
}

/// Whether a table has a row for the key.
fn tells_of(page: &str, key: &str) -> bool {
    rows(page).any(|row| is_of(row, key))
}

/// Whether the row of the key has each column of its table, and something in it.
fn is_complete(page: &str, key: &str) -> bool {
    // Of a field's key it is the type of the field, or of the value.
    const HEAD: &str = "| key, by example | type";
    let columns = ["key", "type", "default", "meaning"].len();
    let tables = page.split("\n\n").filter(|table| table.starts_with(HEAD));
    let of_key = tables.flat_map(rows).filter(|row| is_of(row, key));
    let is_filled = |row: &str| {
        let row = row.replace("\\|", "");
        let cells: Vec<_> = row.trim_matches('|').split('|').collect();
        cells.len() == columns && cells.iter().all(|cell| !cell.trim().is_empty())
    };
    let mut of_key = of_key.peekable();
    of_key.peek().is_some() && of_key.all(is_filled)
}

/// Whether the row of `outer` has the key in some code: it is one of those that stand within `outer(…)`.
fn tells_of_within(page: &str, outer: &str, key: &str) -> bool {
    rows(page)
        .filter(|row| is_of(row, outer))
        .any(|row| codes(row).flat_map(words).any(|word| word == key))
}

#[test]
fn every_key_is_told_of() {
    let resource = include_str!("../docs/resource.md");
    let role = include_str!("../docs/role.md");
    let pages: [(&Keys, &str); 9] = [
        (&RESOURCE, resource),
        (&FIELD, resource),
        (&GARDE, resource),
        (&RULES, include_str!("../docs/requires_role.md")),
        (&ROLE_ENUM, role),
        (&ROLE_VARIANT, role),
        (&DB_ENUM, include_str!("../docs/db_enum.md")),
        (&TEST, include_str!("../docs/test.md")),
        (&CONFORMANCE, include_str!("../docs/conformance.md")),
    ];
    for (keys, page) in pages {
        for key in keys.names() {
            assert!(tells_of(page, key), "{}: {key}", keys.attribute);
            // Of a rule of garde's it is the field that has a type.
            let is_told = std::ptr::eq(keys, &raw const GARDE) || is_complete(page, key);
            assert!(is_told, "{}: {key}: type, default, meaning", keys.attribute);
        }
    }
    for name in ["rename", "rename_all"] {
        assert!(is_complete(resource, name), "#[serde]: {name}");
    }
    let within: [(&Keys, &str); 3] = [(&PAGE_KEYS, "page"), (&LENGTH, "length"), (&RANGE, "range")];
    for (keys, outer) in within {
        for key in keys.names() {
            let is_told = tells_of_within(resource, outer, key);
            assert!(is_told, "{}: {key}", keys.attribute);
        }
    }
}

#[test]
fn a_column_that_is_empty_is_seen() {
    let page = "| key, by example | type | default | meaning |\n| --- | --- | --- | --- |\n\
        | `a = 1` | number | 0 | this |\n| `b` | | off | that |\n| `c` | off | that |\n\n| `d` | a | b | c |";
    let told = ["a", "b", "c", "d", "e"].map(|key| is_complete(page, key));
    assert_eq!(told, [true, false, false, false, false]);
}

#[test]
fn a_key_that_is_told_of_elsewhere_in_a_row_is_not_told_of() {
    let page = "| `read = Admin`, `#[role(default)]` on a variant | of `list` | as `write` | |";
    let told = ["read", "default", "list", "write", "Admin", "role"].map(|key| tells_of(page, key));
    assert_eq!(told, [true, true, false, false, false, false]);
    let page = "| `page(max = 1)` | `min` |\n| `other` | `max` |";
    let told = [("page", "max"), ("page", "other"), ("other", "page")];
    let told = told.map(|(outer, key)| tells_of_within(page, outer, key));
    assert_eq!(told, [true, false, false]);
}
