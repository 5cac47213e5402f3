//! The documentation of the macros tells of each of their keys.

use crate::names::{
    CONFORMANCE, DB_ENUM, FIELD, GARDE, Keys, LENGTH, PAGE_KEYS, RANGE, RESOURCE, ROLE_ENUM,
    ROLE_VARIANT, RULES, TEST,
};

/// Whether one of the cells of a table begins with the key, as code.
fn tells_of(page: &str, key: &str) -> bool {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let mut codes = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    codes.any(|code| {
        let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        words.any(|word| word == key)
    })
}

#[test]
fn every_key_is_told_of() {
    let resource = include_str!("../docs/resource.md");
    let role = include_str!("../docs/role.md");
    let pages: [(&Keys, &str); 12] = [
        (&RESOURCE, resource),
        (&PAGE_KEYS, resource),
        (&FIELD, resource),
        (&GARDE, resource),
        (&LENGTH, resource),
        (&RANGE, resource),
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
        }
    }
}
