//! A walk over all pages gives what the filters find, in the order of the sort, each row once.

use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::Value;
use skeleton_runtime::auth::Role;
use skeleton_runtime::db::{AnyBackend, Statement};
use skeleton_runtime::prelude::{DateTime, Utc};
use skeleton_runtime::test_util::TestApp;

use super::check;
use super::filters::{filters, found, written};
use super::model::{Cell, Test};
use super::sample::{FIELDS, Type, body, row};

/// A stored row: its id, and its values by the order of [`FIELDS`].
pub(super) type Row = (String, Vec<Cell>);

/// A key of the order; the id stands behind the fields.
type Key = (usize, bool);

/// What a list is asked for.
#[derive(Debug, Clone)]
struct Asked {
    sort: Vec<Key>,
    filters: Vec<(usize, Test)>,
    limit: usize,
}

const ID: usize = FIELDS.len();

fn asked() -> impl Strategy<Value = Asked> {
    // Most orders are short; a long one has more parts than the engine merges.
    let length = prop_oneof![8 => 1..4_usize, 1 => 5..9_usize];
    let columns: Vec<_> = (0..=ID).collect();
    let sort = length
        .prop_flat_map(move |length| {
            prop::sample::subsequence(columns.clone(), length).prop_shuffle()
        })
        .prop_flat_map(|columns| {
            let directions = prop::collection::vec(any::<bool>(), columns.len());
            directions.prop_map(move |directions| {
                columns.iter().copied().zip(directions).collect::<Vec<_>>()
            })
        });
    let limit = prop_oneof![1..4_usize, 4..30_usize];
    (
        sort,
        prop_oneof![2 => Just(Vec::new()), 1 => filters(1..3)],
        limit,
    )
        .prop_map(|(sort, filters, limit)| Asked {
            sort,
            filters,
            limit,
        })
}

/// Puts these rows in place of those there are.
pub(super) async fn store(app: &TestApp, rows: Vec<Vec<Cell>>) -> Vec<Row> {
    app.db()
        .execute(Statement::new("DELETE FROM samples"))
        .await
        .unwrap();
    let mut stored = Vec::new();
    for row in rows {
        let made = app.post("/samples").as_role(Role::Member).json(&body(&row));
        let made = made.send().await.expect(201).json();
        stored.push((made["id"].as_str().unwrap().to_owned(), row));
    }
    stored
}

/// The ids of all pages, one after the other.
pub(super) async fn walk(app: &TestApp, query: &str, most_pages: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for _ in 0..most_pages {
        let page = app
            .get(&format!("/samples?fields=id&{query}{cursor}"))
            .as_role(Role::Viewer);
        let page = page.send().await.expect(200).json();
        let ids = page["items"].as_array().unwrap().iter();
        seen.extend(ids.map(|item| item["id"].as_str().unwrap().to_owned()));
        match &page["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return seen,
        }
    }
    panic!("{query} has more than {most_pages} pages: {seen:?}");
}

fn compare(left: &Row, right: &Row, sort: &[Key]) -> Ordering {
    let by_id = || left.0.cmp(&right.0);
    let keys = sort.iter().map(|(column, descends)| {
        let order = if *column == ID {
            by_id()
        } else {
            left.1[*column].order(&right.1[*column])
        };
        if *descends { order.reverse() } else { order }
    });
    // The id goes in the direction of the last key.
    let last = sort.last().is_some_and(|(_, descends)| *descends);
    let tie = if last { by_id().reverse() } else { by_id() };
    keys.fold(Ordering::Equal, Ordering::then).then(tie)
}

fn query(asked: &Asked) -> String {
    let keys: Vec<_> = asked
        .sort
        .iter()
        .map(|(column, descends)| {
            let name = FIELDS.get(*column).map_or("id", |(name, _, _)| name);
            format!("{}{name}", if *descends { "-" } else { "" })
        })
        .collect();
    format!(
        "limit={}&sort={}{}",
        asked.limit,
        keys.join(","),
        written(&asked.filters)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_together_are_the_list() {
    let strategy = (
        prop::collection::vec(row(), 0..24),
        prop::collection::vec(asked(), 1..9),
    );
    check(24, strategy, async |app, (rows, lists)| {
        let rows = store(app, rows).await;
        for asked in lists {
            let mut expected = found(&rows, &asked.filters);
            expected.sort_by(|left, right| compare(left, right, &asked.sort));
            let expected: Vec<_> = expected.into_iter().map(|(id, _)| id.clone()).collect();
            let query = query(&asked);
            let walked = walk(app, &query, expected.len() / asked.limit + 1).await;
            assert_eq!(walked, expected, "{query}");
        }
    })
    .await;
}

/// What is sent is what is given back, letter by letter, but that zero has no sign, and a second no needless decimals.
#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_as_they_went() {
    check(60, row(), async |app, row| {
        let rows = store(app, vec![row.clone()]).await;
        let path = format!("/samples/{}", rows[0].0);
        let read = app.get(&path).as_role(Role::Viewer);
        let read = read.send().await.expect(200).json();
        let time = |json: &str| json.trim_matches('"').parse::<DateTime<Utc>>().unwrap();
        for ((name, kind, _), cell) in FIELDS.iter().zip(&row) {
            let (sent, read) = (cell.json().to_string(), read[name].to_string());
            if *kind == Type::Moment && *cell != Cell::Null {
                assert_eq!(time(&read), time(&sent), "{name}");
            } else {
                let sent = if sent == "-0.0" { "0.0" } else { &sent };
                assert_eq!(read, sent, "{name}");
            }
        }
    })
    .await;
}

/// The service's own code may write what no filter can name, and the page behind it is asked for all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_goes_past_infinity_and_the_year_0() {
    check(3, prop::collection::vec(row(), 4), async |app, rows| {
        let rows = store(app, rows).await;
        let (infinity, year_0) = match app.backend() {
            AnyBackend::Postgres => ("'infinity'", "'0001-06-01Z BC'"),
            AnyBackend::Sqlite => ("9e999", "'0000-06-01T00:00:00.000000Z'"),
        };
        let update = format!("UPDATE samples SET double = {infinity}, moment = {year_0}");
        app.db().execute(Statement::new(update)).await.unwrap();
        for sort in ["double", "-moment"] {
            let walked = walk(app, &format!("limit=1&sort={sort}"), rows.len()).await;
            let mut expected: Vec<_> = rows.iter().map(|(id, _)| id.clone()).collect();
            if sort.starts_with('-') {
                expected.reverse();
            }
            assert_eq!(walked, expected, "{sort}");
        }
    })
    .await;
}
