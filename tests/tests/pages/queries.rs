//! Queries within a line, as `?views__gte=10&sort=-views`, have the form that lists take.

use super::{Page, all, read};

/// What stands behind the `__` of a filter.
const OPERATORS: [&str; 10] = [
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "nin",
    "contains",
    "starts_with",
    "is_null",
];

/// Further pages, of the crates.
const OTHERS: [&str; 4] = [
    "skeleton-macros/README.md",
    "skeleton-macros/src/docs/requires_role.md",
    "skeleton-macros/src/docs/resource.md",
    "skeleton-runtime/README.md",
];

/// The queries that stand as code within the lines of a page.
fn queries(page: &str) -> Vec<&str> {
    let codes = page
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2));
    codes
        .filter(|code| code.starts_with('?') && code.contains('='))
        .collect()
}

/// A field or a parameter, alone or with an operator.
fn is_query(code: &str) -> bool {
    let mut pairs = code.trim_start_matches('?').split('&');
    pairs.all(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        let (field, operator) = name.split_once("__").unwrap_or((name, "ne"));
        let is_name = !field.is_empty()
            && field
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || "_…".contains(letter));
        is_name && OPERATORS.contains(&operator)
    })
}

#[test]
fn every_query_within_a_line_has_the_form_of_one() {
    let mut pages = all();
    pages.extend(OTHERS.map(|name| Page {
        name: name.to_owned(),
        text: read(name),
    }));
    let mut count = 0;
    for page in &pages {
        for query in queries(&page.text) {
            assert!(is_query(query), "{}: `{query}`", page.name);
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn a_query_of_another_form_is_seen() {
    let line = "lists take `?views[gte]=10`, `?a=1&views__gte=10` and `?views__above=10`; what?";
    let seen: Vec<_> = queries(line).into_iter().map(is_query).collect();
    assert_eq!(seen, [false, true, false]);
}
