//! A list has the rows that its filters find, whatever is asked; what can't be asked is a 400.

use proptest::prelude::*;
use skeleton_runtime::auth::Role;

use super::check;
use super::model::{Cell, Test, encoded};
use super::sample::{FIELDS, Field, Type, cell, row};
use super::walks::{Row, store, walk};

/// A filter of one field.
fn test((_, kind, nullable): Field) -> BoxedStrategy<Test> {
    let has_order = !matches!(kind, Type::Flag | Type::Level);
    let mut suffixes = vec!["", "__ne"];
    if has_order {
        suffixes.extend(["__gt", "__gte", "__lt", "__lte"]);
    }
    let compare = (prop::sample::select(suffixes), cell(kind))
        .prop_map(|(suffix, operand)| Test::Compare(suffix, operand));
    let operands = move || {
        prop::collection::vec(cell(kind), 1..5).prop_map(|mut operands| {
            // A backslash before the comma between two values would be part of it.
            let ends = |operand: &Cell| operand.text().ends_with('\\');
            operands.sort_by_key(ends);
            let first = operands.iter().position(ends).unwrap_or(operands.len());
            operands.truncate(first + 1);
            operands
        })
    };
    let mut tests = vec![
        (6, compare.boxed()),
        (2, operands().prop_map(Test::In).boxed()),
        (2, operands().prop_map(Test::Nin).boxed()),
    ];
    if kind == Type::Text {
        let part = || cell(kind).prop_map(|cell| cell.text());
        tests.push((3, part().prop_map(Test::Contains).boxed()));
        tests.push((3, part().prop_map(Test::StartsWith).boxed()));
    }
    if nullable {
        tests.push((2, any::<bool>().prop_map(Test::IsNull).boxed()));
    }
    prop::strategy::Union::new_weighted(tests).boxed()
}

/// Filters of several fields.
pub(super) fn filters(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(usize, Test)>> {
    let columns: Vec<_> = (0..FIELDS.len()).collect();
    prop::sample::subsequence(columns, count).prop_flat_map(|columns| {
        columns
            .into_iter()
            .map(|column| test(FIELDS[column]).prop_map(move |test| (column, test)))
            .collect::<Vec<_>>()
    })
}

/// The filters in a query string, each with `&` before it.
pub(super) fn written(filters: &[(usize, Test)]) -> String {
    let written = filters.iter().map(|(column, test)| {
        let (suffix, value) = test.written();
        format!("&{}{suffix}={}", FIELDS[*column].0, encoded(&value))
    });
    written.collect()
}

/// The rows that all of the filters find.
pub(super) fn found<'a>(rows: &'a [Row], filters: &[(usize, Test)]) -> Vec<&'a Row> {
    let is_found = |row: &&Row| -> bool {
        filters
            .iter()
            .all(|(column, test)| test.finds(&row.1[*column]))
    };
    rows.iter().filter(is_found).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_what_they_say() {
    let strategy = (
        prop::collection::vec(row(), 8..30),
        prop::collection::vec(filters(1..4), 12..24),
    );
    check(16, strategy, async |app, (rows, lists)| {
        let rows = store(app, rows).await;
        for filters in lists {
            let query = format!("limit=100&sort=id{}", written(&filters));
            let mut expected: Vec<_> = found(&rows, &filters)
                .into_iter()
                .map(|(id, _)| id.clone())
                .collect();
            expected.sort();
            assert_eq!(walk(app, &query, 1).await, expected, "{query} {filters:?}");
            let page = app.get(&format!("/samples?count=true&{query}"));
            let page = page.as_role(Role::Viewer).send().await.expect(200).json();
            assert_eq!(page["total"], expected.len(), "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_any_marked_field() {
    let words = prop::collection::vec(cell(Type::Text).prop_map(|cell| cell.text()), 1..4);
    let strategy = (
        prop::collection::vec(row(), 8..20),
        prop::collection::vec(words, 8),
    );
    let marked: Vec<_> = (0..FIELDS.len())
        .filter(|column| FIELDS[*column].1 == Type::Text)
        .collect();
    check(8, strategy, async |app, (rows, searches)| {
        let rows = store(app, rows).await;
        for words in searches {
            let sought = words.join(" ");
            let tests: Vec<_> = sought
                .split_whitespace()
                .map(|word| Test::Contains(word.to_owned()))
                .collect();
            let query = format!("limit=100&sort=id&q={}", encoded(&sought));
            if tests.is_empty() {
                let search = app.get(&format!("/samples?{query}"));
                let search = search.as_role(Role::Viewer).send().await;
                search.expect_problem(400, "invalid_query");
                continue;
            }
            let is_found = |row: &&Row| {
                let in_any = |test: &Test| marked.iter().any(|column| test.finds(&row.1[*column]));
                tests.iter().all(in_any)
            };
            let mut expected: Vec<_> = rows
                .iter()
                .filter(is_found)
                .map(|row| row.0.clone())
                .collect();
            expected.sort();
            assert_eq!(walk(app, &query, 1).await, expected, "{query}");
        }
    })
    .await;
}

/// A query string of names and values that are nearly right, and of anything that a URL may have.
fn garbage() -> impl Strategy<Value = String> {
    let names = [
        "limit", "cursor", "sort", "fields", "count", "q", "id", "data", "text__", "__in",
    ];
    let suffixes = [
        "",
        "__ne",
        "__gt",
        "__lte",
        "__in",
        "__nin",
        "__contains",
        "__starts_with",
        "__is_null",
        "__x",
    ];
    let field = (
        prop::sample::select(FIELDS.map(|(name, _, _)| name).to_vec()),
        prop::sample::select(suffixes.to_vec()),
    )
        .prop_map(|(name, suffix)| format!("{name}{suffix}"));
    let raw = "[!$'()*+,./:;?@A-Za-z0-9%_~=&-]{0,12}";
    let name = prop_oneof![
        prop::sample::select(names.to_vec()).prop_map(str::to_owned),
        field,
        raw,
    ];
    let value = prop_oneof![
        raw,
        any::<String>().prop_map(|text| encoded(&text)),
        any::<i128>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| encoded(&number.to_string())),
        prop::sample::select(vec![
            "true",
            "id,-id",
            "-",
            "null",
            "1e999",
            "NaN",
            "%ff",
            "%00",
            "%",
            "%2",
            "2026-13-01"
        ])
        .prop_map(str::to_owned),
    ];
    let parameter = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop::collection::vec(parameter, 0..6).prop_map(|parameters| parameters.join("&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_string_is_a_fault_of_the_service() {
    check(250, garbage(), async |app, query| {
        let response = app.get(&format!("/samples?{query}"));
        let response = response.as_role(Role::Viewer).send().await;
        match response.status() {
            200 => {}
            400 => {
                let code = response.json()["code"].as_str().unwrap().to_owned();
                assert!(
                    code == "invalid_query" || code == "invalid_cursor",
                    "{query}: {code}"
                );
                response.expect_problem(400, &code);
            }
            other => panic!("{query}: {other} {}", response.text()),
        }
    })
    .await;
}
