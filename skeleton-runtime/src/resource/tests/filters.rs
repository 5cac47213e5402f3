//! The query string of a list, and the cursor in it.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::http::HeaderValue;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as JsonValue;
use skeleton_fuzz::Fuzz;
use uuid::Uuid;

use crate::auth::{Authenticator, Role, RoleSet as _, Term};
use crate::config::{Config, DatabaseConfig};
use crate::db::{AnyBackend, Db, Statement, Value};
use crate::resource::engine::{CursorKey, Filter, Scope, Test, statement};
use crate::resource::include::Reach;
use crate::resource::query::{self, ListQuery};
use crate::resource::{Column, Direction, Kept, Meta, OnDelete, Operation, Relation, Services};
use crate::{Result, Secret};

/// A column of each type, that may be NULL and not.
static SAMPLE: Meta = Meta::new(
    "Sample",
    "samples",
    "/samples",
    &[
        Column::of::<Uuid>("id").filter().sort().kept(Kept::Id),
        Column::of::<i16>("small").filter().sort(),
        Column::of::<Option<i32>>("whole").filter().sort(),
        Column::of::<Option<i64>>("large").filter().sort(),
        Column::of::<f32>("single").filter().sort(),
        Column::of::<Option<f64>>("double").filter().sort(),
        Column::of::<bool>("flag").filter().sort(),
        Column::of::<String>("text").filter().sort().search(),
        Column::of::<Option<String>>("text__ne")
            .column("a\"b")
            .filter()
            .sort()
            .search(),
        Column::of::<Option<Decimal>>("amount").filter().sort(),
        Column::of::<Option<DateTime<Utc>>>("moment")
            .filter()
            .sort(),
        Column::of::<NaiveDate>("day").filter().sort(),
        Column::of::<Option<NaiveTime>>("hour").filter().sort(),
        Column::of::<Option<Vec<u8>>>("bytes").filter(),
        Column::of::<Option<JsonValue>>("data").filter(),
        Column::of::<Option<Uuid>>("parent_id")
            .filter()
            .references(|| &SAMPLE, OnDelete::SetNull),
        Column::of::<Secret<String>>("secret")
            .filter()
            .sort()
            .search(),
    ],
    0,
)
.include_depth(4)
.relations(&[Relation::many("children", || &SAMPLE)])
.rule(Operation::List, &[Term::Public])
.rule(Operation::Get, &[Term::Public]);

const SECRET: usize = 16;

const WORDS: &[&str] = &[
    "small",
    "whole",
    "large",
    "single",
    "double",
    "flag",
    "text",
    "text__ne",
    "amount",
    "moment",
    "day",
    "hour",
    "bytes",
    "data",
    "parent_id",
    "secret",
    "id",
    "__ne=",
    "__gt=",
    "__gte=",
    "__lt=",
    "__lte=",
    "__in=",
    "__nin=",
    "__contains=",
    "__starts_with=",
    "__is_null=",
    "true",
    "false",
    "&sort=",
    "&sort=-",
    "&fields=",
    "&include=",
    "parent",
    "children",
    "parent.children.parent",
    "&limit=",
    "&count=true",
    "&cursor=",
    "&q=",
    "\\,",
    "%2C",
    "%26",
    "0198c0de-7a4b-7000-8000-000000000000",
    "2026-01-31T12:00:00.000001Z",
    "2026-01-31",
    "12:00:00.5",
    "23:59:60",
    "9999-12-31T23:59:59.9999999Z",
    "0001-01-01",
    "AAAA",
    "_-8=",
    "+00:00",
];

struct Reader {
    services: Services,
    cursors: CursorKey,
}

static READER: LazyLock<Reader> = LazyLock::new(|| {
    let settings = BTreeMap::from([("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef")]);
    let (config, _) = Config::load("newsroom", &settings).unwrap();
    let db = Db::open(&DatabaseConfig::new("sqlite::memory:")).unwrap();
    let authenticator = Authenticator::new(&config.auth, Role::ROLES, db.clone()).unwrap();
    Reader {
        services: Services::new(Arc::new(config), db, authenticator, vec![&SAMPLE]),
        cursors: CursorKey::derive(b"0123456789abcdef0123456789abcdef"),
    }
});

impl Reader {
    fn read(&self, query: &str) -> Result<ListQuery> {
        let readable: Vec<_> = (0..SECRET).collect();
        let reach = Reach::new(&self.services, None);
        query::read(&SAMPLE, &self.cursors, &readable, reach, query)
    }
}

/// Placeholders are numbered as they are first named, and there are as many as values.
fn check_placeholders(statement: &Statement) {
    let mut known = 0;
    for piece in statement.sql.split('$').skip(1) {
        let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
        let number: usize = digits.parse().expect("a placeholder has a number");
        assert!(
            (1..=known + 1).contains(&number),
            "${number} in {}",
            statement.sql
        );
        known = known.max(number);
    }
    assert_eq!(known, statement.binds.len(), "{}", statement.sql);
}

fn statements(list: &ListQuery, after: Option<&[Value]>) -> Vec<String> {
    let owner = Scope::OwnedBy(Uuid::from_u128(7));
    let mut texts = Vec::new();
    for backend in [AnyBackend::Postgres, AnyBackend::Sqlite] {
        for scope in [Scope::All, owner] {
            let mut request = list.request.clone();
            request.after = after.map(<[Value]>::to_vec);
            let statement = statement(&SAMPLE, backend, "\"id\"", request, scope);
            check_placeholders(&statement);
            assert!(
                !statement.sql.contains([';', '\'', '\0']),
                "{}",
                statement.sql
            );
            texts.push(statement.sql.into_owned());
        }
    }
    texts
}

/// The same request with other texts in it.
fn with_other_texts(list: &mut ListQuery) {
    let other = || "$1 \"'; --".to_owned();
    for filter in &mut list.request.filters {
        match &mut filter.test {
            Test::Compare(_, Value::Text(text)) | Test::Contains(text) | Test::StartsWith(text) => {
                *text = other();
            }
            Test::OneOf(values) | Test::NoneOf(values) => {
                for value in values {
                    if let Value::Text(text) = value {
                        *text = other();
                    }
                }
            }
            _ => {}
        }
    }
    list.request.words.fill(other());
}

/// A row that a page may end with: values of the filters where there are some.
fn last_row(list: &ListQuery) -> Vec<Value> {
    let order = list.request.order.iter();
    order
        .map(|(column, _)| {
            let values = list
                .request
                .filters
                .iter()
                .filter(|filter| filter.column == *column);
            let mut values = values.filter_map(|Filter { test, .. }| match test {
                Test::Compare(_, value) => Some(value.clone()),
                Test::OneOf(values) | Test::NoneOf(values) => values.last().cloned(),
                _ => None,
            });
            let null = Value::Null(SAMPLE.columns[*column].kind);
            let id = || Value::Uuid(Uuid::from_u128(9));
            values
                .next()
                .unwrap_or_else(|| if *column == SAMPLE.id { id() } else { null })
        })
        .collect()
}

/// The next page is of the same list, and no other list takes its cursor.
fn check_cursor(reader: &Reader, query: &str, list: &ListQuery) {
    let row = last_row(list);
    let cursor = reader.cursors.seal(&list.context, &row);
    let next = query::with_cursor(query, &cursor);
    assert!(HeaderValue::from_str(&next).is_ok(), "{next:?}");
    let read = reader
        .read(&next)
        .unwrap_or_else(|error| panic!("{next:?}: {error:?}"));
    assert_eq!(read.context, list.context, "{next}");
    assert!(
        read.request.after.as_ref() == Some(&row),
        "{next} gives another row"
    );
    assert_eq!(read.request.order, list.request.order);
    statements(&read, Some(&row));
    let other = format!("{next}&whole__gt=70707");
    let refused = reader.read(&other).err().map(|error| error.code().as_str());
    // A list that had this filter before is refused for that.
    assert!(
        matches!(refused, Some("invalid_cursor" | "invalid_query")),
        "{other}"
    );
}

fn check_accepted(reader: &Reader, query: &str, mut list: ListQuery) -> String {
    let request = &list.request;
    assert!((1..=SAMPLE.page_max).contains(&request.limit));
    assert_eq!(
        request
            .order
            .iter()
            .filter(|(column, _)| *column == SAMPLE.id)
            .count(),
        1
    );
    let order = request.order.iter().map(|(column, _)| *column);
    let filters = request.filters.iter().map(|filter| filter.column);
    let fields = list.fields.iter().flat_map(|fields| fields.iter().copied());
    let searched = request.searched.iter().copied();
    for column in order.chain(filters).chain(fields).chain(searched) {
        assert!(column < SECRET, "{query:?} reaches what is hidden");
    }
    let texts = statements(&list, None);
    if list.request.after.is_none() {
        check_cursor(reader, query, &list);
    }
    with_other_texts(&mut list);
    assert_eq!(statements(&list, None), texts, "values are in the text");
    texts.into_iter().next().unwrap_or_default()
}

#[test]
fn what_is_no_text_is_told_by_its_parameter() {
    for (query, field) in [
        ("q=%ff", "q"),
        ("text=%00", "text"),
        ("a%00=%ff", "a\u{fffd}"),
        ("%ff=1", "query"),
    ] {
        let error = READER.read(query).map(drop).unwrap_err();
        let faults: Vec<_> = error
            .faults()
            .iter()
            .map(|it| (&*it.field, it.code))
            .collect();
        assert_eq!(faults, [(field, "text")], "{query}");
    }
}

#[test]
fn fuzz_any_query_is_a_statement_or_refused() {
    let figures = Fuzz::target("filters").words(WORDS).run_text(|query| {
        let reader = &*READER;
        match reader.read(query) {
            Ok(list) => check_accepted(reader, query, list),
            Err(error) => {
                assert_eq!(error.status(), 400, "{error:?}");
                let faults = error.faults().iter();
                let mut faults: Vec<_> = faults
                    .map(|fault| (fault.code, fault.message.as_ref()))
                    .collect();
                faults.sort_unstable();
                faults.dedup();
                format!("{:?} {faults:?}", error.code())
            }
        }
    });
    assert!(figures.of_seeds > 30, "{figures:?}");
}

/// A cursor holds as it was made, and in no other form.
#[test]
fn fuzz_an_altered_cursor_is_refused() {
    let reader = &*READER;
    let list = reader.read("sort=text,-amount&text=a").unwrap();
    let row = vec![
        Value::Text("a".to_owned()),
        Value::Decimal(Decimal::new(150, 2)),
        Value::Uuid(Uuid::from_u128(3)),
    ];
    let order = [
        (7, Direction::Ascending),
        (9, Direction::Descending),
        (0, Direction::Descending),
    ];
    assert_eq!(list.request.order, order);
    let ours = reader.cursors.seal(&list.context, &row);
    let fuzz = Fuzz::target("cursor").seeds([ours.clone().into_bytes()]);
    fuzz.run_text(|cursor| {
        let opened = reader.cursors.open(&SAMPLE, &order, &list.context, cursor);
        match opened {
            Ok(opened) => assert!(
                cursor == ours && opened == row,
                "{cursor} was not made here"
            ),
            Err(error) => assert_eq!(error.code().as_str(), "invalid_cursor"),
        }
        // What is signed for another list or by another key does not hold here.
        let payload = Value::Text(cursor.to_owned());
        let forged = [payload, row[1].clone(), row[2].clone()];
        let others = [
            CursorKey::derive(cursor.as_bytes()).seal(&list.context, &forged),
            reader.cursors.seal(cursor.as_bytes(), &forged),
        ];
        for other in others {
            assert!(
                reader
                    .cursors
                    .open(&SAMPLE, &order, &list.context, &other)
                    .is_err(),
                "{other}"
            );
        }
        // Any text comes back as it went.
        let sealed = reader.cursors.seal(&list.context, &forged);
        let opened = reader.cursors.open(&SAMPLE, &order, &list.context, &sealed);
        assert!(opened.is_ok_and(|opened| opened == forged), "{cursor:?}");
        cursor.len().min(64)
    });
}
