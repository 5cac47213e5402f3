//! Walks through all pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::DateTime;
use rust_decimal::Decimal;
use serde_json::Value as JsonValue;

use crate::auth::Caller;
use crate::db::Kind;
use crate::resource::{Column, Direction, Operation};
use crate::test_util::factory::Fullness;
use crate::test_util::{TestResponse, fake};

use super::subject::{Subject, role};

/// So that there are several pages, and one that is not full.
const ROWS: usize = 9;
const PAGE: usize = 2;

pub(super) async fn check(subject: &Subject<'_>) {
    let Some(caller) = subject.caller(&[Operation::List]) else {
        return;
    };
    if !subject.has(Operation::List) {
        return;
    }
    make_rows(subject).await;
    let sorts = sorts(subject, caller);
    for sort in &sorts {
        is_closed(subject, caller, sort).await;
    }
    holds_for_its_list(subject, caller, &sorts).await;
}

/// Rows of which each second one shares the values of the one before, where they need not be unique.
async fn make_rows(subject: &Subject<'_>) {
    let (needed, full) = (
        subject.plan(Fullness::Needed).await,
        subject.plan(Fullness::Full).await,
    );
    let mut before: Vec<(usize, JsonValue)> = Vec::new();
    for number in 0..ROWS {
        let plan = if number % 4 < 2 { &full } else { &needed };
        let mut values = plan.values();
        if number % 2 == 1 {
            for (index, value) in &mut values {
                let former = before.iter().find(|(former, _)| former == index);
                if let (false, Some((_, former))) = (subject.meta.columns[*index].unique, former) {
                    value.clone_from(former);
                }
            }
        }
        plan.make_of(subject.app, None, &values).await;
        before = values;
    }
}

/// The default order, each sortable field in both directions, and two of them together.
fn sorts(subject: &Subject<'_>, caller: Caller) -> Vec<String> {
    let role = role(caller);
    let columns = subject.meta.columns.iter();
    let sortable: Vec<_> = columns
        .filter(|column| column.sort && column.is_readable_by(role))
        .map(|column| column.name)
        .collect();
    let mut sorts = vec![String::new()];
    for name in &sortable {
        sorts.extend([(*name).to_owned(), format!("-{name}")]);
    }
    if let [first, .., last] = sortable.as_slice() {
        sorts.push(format!("-{first},{last}"));
    }
    sorts
}

fn query(sort: &str, limit: usize) -> String {
    if sort.is_empty() {
        format!("limit={limit}")
    } else {
        format!("sort={sort}&limit={limit}")
    }
}

async fn page(subject: &Subject<'_>, caller: Caller, query: &str) -> TestResponse {
    let path = format!("{}?{query}", subject.meta.path);
    let request = subject.request(Operation::List, caller, &path);
    subject.send(Operation::List, request).await
}

/// Each row that is there at the beginning comes once, in order, although one is made meanwhile.
async fn is_closed(subject: &Subject<'_>, caller: Caller, sort: &str) {
    let there = subject.total().await.unwrap_or_default();
    let first = page(subject, caller, &query(sort, PAGE)).await.expect(200);
    let mut late = None;
    let mut rows: Vec<JsonValue> = Vec::new();
    let mut response = first;
    loop {
        let body = response.json();
        let items = body["items"].as_array().cloned().unwrap_or_default();
        assert!(items.len() <= PAGE, "{response}\nmore rows than the limit");
        rows.extend(items);
        let cursor = body["next_cursor"].as_str();
        let link = response.header("link").unwrap_or_default();
        assert_eq!(
            cursor.is_some(),
            link.ends_with("rel=\"next\""),
            "{response}\na Link to the next page where there is one"
        );
        let Some(cursor) = cursor else { break };
        if late.is_none() {
            late = Some(subject.row(caller).await);
        }
        response = page(
            subject,
            caller,
            &format!("{}&cursor={cursor}", query(sort, PAGE)),
        )
        .await
        .expect(200);
    }
    let id = subject.meta.id_column().name;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        *times.entry(row[id].to_string()).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "sort={sort}: rows came twice: {twice:?}");
    if let Some(late) = late {
        times.remove(&late[id].to_string());
    }
    assert_eq!(
        i64::try_from(times.len()).ok(),
        Some(there),
        "sort={sort}: the walk meets as many rows as there were"
    );
    is_in_order(subject, caller, sort, &rows);
}

/// The columns of an order, and whether they descend: what was asked for, else the default. The id breaks ties. Behind
/// one that the caller may not read, nothing can be said.
fn keys(subject: &Subject<'_>, caller: Caller, sort: &str) -> Vec<(&'static Column, bool)> {
    let meta = subject.meta;
    let asked = sort.split(',').filter_map(|key| {
        let column = meta.find(key.trim_start_matches('-'))?;
        Some((column, key.starts_with('-')))
    });
    let by_default = meta.sort.iter();
    let by_default = by_default.map(|(column, to)| (*column, *to == Direction::Descending));
    let mut keys: Vec<_> = if sort.is_empty() {
        by_default.collect()
    } else {
        asked.collect()
    };
    let descends = keys.last().is_some_and(|(_, descends)| *descends);
    keys.push((meta.id, descends));
    let columns = keys.into_iter();
    columns
        .map(|(column, descends)| (&meta.columns[column], descends))
        .take_while(|(column, _)| column.is_readable_by(role(caller)))
        .collect()
}

fn is_in_order(subject: &Subject<'_>, caller: Caller, sort: &str, rows: &[JsonValue]) {
    let keys = keys(subject, caller, sort);
    for pair in rows.windows(2) {
        let mut order = Ordering::Equal;
        for (column, descends) in &keys {
            let of_key = compare(column, &pair[0][column.name], &pair[1][column.name]);
            order = order.then(if *descends { of_key.reverse() } else { of_key });
        }
        assert!(
            order != Ordering::Greater,
            "sort={sort}: {} comes before {}",
            pair[0],
            pair[1]
        );
    }
}

/// As the contract has it: NULL is the largest, text is compared by code point.
fn compare(column: &Column, one: &JsonValue, other: &JsonValue) -> Ordering {
    match (one, other) {
        (JsonValue::Null, JsonValue::Null) => Ordering::Equal,
        (JsonValue::Null, _) => Ordering::Greater,
        (_, JsonValue::Null) => Ordering::Less,
        (JsonValue::Number(one), JsonValue::Number(other)) => {
            match (one.as_i64(), other.as_i64()) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => one
                    .as_f64()
                    .partial_cmp(&other.as_f64())
                    .unwrap_or(Ordering::Equal),
            }
        }
        (JsonValue::Bool(one), JsonValue::Bool(other)) => one.cmp(other),
        (JsonValue::String(one), JsonValue::String(other)) => match column.kind {
            Kind::Decimal => Decimal::from_str_exact(one)
                .ok()
                .cmp(&Decimal::from_str_exact(other).ok()),
            Kind::Timestamp => {
                let time = |text| DateTime::parse_from_rfc3339(text).ok();
                time(one).cmp(&time(other))
            }
            _ => one.cmp(other),
        },
        _ => Ordering::Equal,
    }
}

/// A cursor of another list, or one that was altered, is refused.
async fn holds_for_its_list(subject: &Subject<'_>, caller: Caller, sorts: &[String]) {
    let first = page(subject, caller, &query("", PAGE))
        .await
        .expect(200)
        .json();
    let cursor = first["next_cursor"].as_str().unwrap_or_default();
    assert_ne!(cursor, "", "{ROWS} rows have a second page of {PAGE}");
    let longer = format!("{cursor}A");
    let made_up = fake::next_number().to_string();
    for cursor in [longer, altered(cursor), made_up] {
        let query = format!("{}&cursor={cursor}", query("", PAGE));
        let response = page(subject, caller, &query).await;
        response.expect_problem(400, "invalid_cursor");
    }
    let default = default_order(subject);
    let another = |sort: &&String| !sort.is_empty() && **sort != default;
    if let Some(another) = sorts.iter().find(another) {
        let query = format!("{}&cursor={cursor}", query(another, PAGE));
        let response = page(subject, caller, &query).await;
        response.expect_problem(400, "invalid_cursor");
    }
}

/// The order of a list that names none, as it would be named.
fn default_order(subject: &Subject<'_>) -> String {
    let keys = subject.meta.sort.iter().map(|(column, direction)| {
        let name = subject.meta.columns[*column].name;
        match direction {
            Direction::Ascending => name.to_owned(),
            Direction::Descending => format!("-{name}"),
        }
    });
    keys.collect::<Vec<_>>().join(",")
}

/// The same with another letter in its middle: only what is signed tells that.
fn altered(cursor: &str) -> String {
    let middle = cursor.len() / 2;
    let letters = cursor.char_indices();
    letters
        .map(|(place, letter)| match letter {
            'A' if place == middle => 'B',
            _ if place == middle => 'A',
            letter => letter,
        })
        .collect()
}
