//! Whatever value a type has, it is read as it was written, and found by a filter that names it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::prelude::{DateTime, Decimal, NaiveDate, NaiveTime, Uuid};
use skeleton_runtime::test_util::TestApp;

use super::bodies::json as any_json;
use super::check;
use super::model::{Cell, encoded};
use super::sample::{FIELDS, Type, body};

/// The largest number of a decimal's 96 bits.
const MOST_DIGITS: i128 = (1 << 96) - 1;
/// The first and the last second of the years 1 to 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// The days of those years, counted from the first day of the year 1.
const DAYS: std::ops::RangeInclusive<i32> = 1..=3_652_059;

fn text() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| text.replace('\0', "0"))
}

/// Any value of the type, each as likely as another, with those at the ends now and then.
fn any_cell(kind: Type) -> BoxedStrategy<Cell> {
    let cell = match kind {
        Type::Small => any::<i16>()
            .prop_map(|number| Cell::Int(number.into()))
            .boxed(),
        Type::Whole => any::<i32>()
            .prop_map(|number| Cell::Int(number.into()))
            .boxed(),
        Type::Large => any::<i64>().prop_map(Cell::Int).boxed(),
        Type::Single => any::<u32>()
            .prop_map(f32::from_bits)
            .prop_filter("JSON has no other numbers", |number| number.is_finite())
            .prop_map(Cell::Single)
            .boxed(),
        Type::Double => any::<u64>()
            .prop_map(f64::from_bits)
            .prop_filter("JSON has no other numbers", |number| number.is_finite())
            .prop_map(Cell::Double)
            .boxed(),
        Type::Text => text().prop_map(Cell::Text).boxed(),
        Type::Decimal => (-MOST_DIGITS..=MOST_DIGITS, 0..=28_u32)
            .prop_map(|(digits, scale)| Cell::Decimal(Decimal::from_i128_with_scale(digits, scale)))
            .boxed(),
        Type::Moment => (SECONDS, 0..1_000_000_u32).prop_map(moment).boxed(),
        Type::Day => DAYS
            .prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
            .prop_map(|day| Cell::Text(day.to_string()))
            .boxed(),
        Type::Hour => (0..86_400_u32, 0..1_000_000_u32)
            .prop_map(|(second, micros)| {
                NaiveTime::from_num_seconds_from_midnight_opt(second, micros * 1_000).unwrap()
            })
            .prop_map(|time| Cell::Text(time.to_string()))
            .boxed(),
        Type::Token => any::<u128>()
            .prop_map(|bits| Cell::Text(Uuid::from_u128(bits).to_string()))
            .boxed(),
        Type::Flag | Type::Level => return super::sample::cell(kind),
    };
    prop_oneof![1 => super::sample::cell(kind), 3 => cell].boxed()
}

fn moment((second, micros): (i64, u32)) -> Cell {
    let moment = DateTime::from_timestamp(second, micros * 1_000).unwrap();
    Cell::Text(moment.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// JSON whose numbers both databases write as they were.
fn data() -> impl Strategy<Value = Value> {
    any_json(prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        (-1e15..1e15_f64).prop_map(|number| json!(number)),
        (-1e-60..1e-60_f64)
            .prop_filter("one is not so small", |number| number.abs() > 1e-99)
            .prop_map(|number| json!(number)),
        text().prop_map(|text| json!(text)),
    ])
}

fn or_null(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 4 => value]
}

/// What is in no list of fields: bytes, texts, and JSON of both kinds.
fn others() -> impl Strategy<Value = Map<String, Value>> {
    let raw =
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| json!(BASE64.encode(bytes)));
    let words = prop::collection::vec(text(), 0..5).prop_map(|words| json!(words));
    let corner = (any::<i64>(), -1e15..1e15_f64);
    let shape = (text(), prop::collection::vec(corner, 0..4))
        .prop_map(|(name, corners)| json!({ "name": name, "corners": corners }));
    (or_null(raw), or_null(words), or_null(shape), data()).prop_map(|(raw, words, shape, data)| {
        let members = [
            ("raw", raw),
            ("words", words),
            ("shape", shape),
            ("data", data),
        ];
        members
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect()
    })
}

/// A row of which each field has any value.
#[derive(Debug, Clone)]
struct Full {
    cells: Vec<Cell>,
    others: Map<String, Value>,
}

fn full() -> impl Strategy<Value = Full> {
    let cells: Vec<_> = FIELDS
        .iter()
        .map(|(_, kind, nullable)| {
            let nulls = u32::from(*nullable);
            prop_oneof![nulls => Just(Cell::Null), 5 => any_cell(*kind)].boxed()
        })
        .collect();
    (cells, others()).prop_map(|(cells, others)| Full { cells, others })
}

impl Full {
    fn body(&self) -> Value {
        let mut body = body(&self.cells);
        let members = body.as_object_mut().unwrap();
        members.extend(self.others.clone());
        body
    }

    /// To the letter, but that zero has no sign, and that a time is written with as many digits as it needs.
    fn assert_read(&self, read: &Value) {
        for ((name, kind, _), cell) in FIELDS.iter().zip(&self.cells) {
            let (sent, read) = (cell.json(), &read[name]);
            let (sent, read) = match kind {
                Type::Moment if !read.is_null() => (instant(&sent), instant(read)),
                Type::Hour if !read.is_null() => (hour(&sent), hour(read)),
                _ => (sent.to_string(), read.to_string()),
            };
            let sent = if sent == "-0.0" { "0.0" } else { &sent };
            assert_eq!(read, sent, "{name}");
        }
        for (name, sent) in &self.others {
            assert_eq!(&read[name], sent, "{name}");
        }
    }

    /// A filter for each field.
    fn query(&self) -> String {
        let cells = FIELDS.iter().zip(&self.cells);
        let filters: Vec<_> = cells
            .map(|((name, _, _), cell)| match cell {
                Cell::Null => format!("&{name}__is_null=true"),
                cell => format!("&{name}={}", encoded(&cell.text())),
            })
            .collect();
        filters.concat()
    }
}

fn instant(json: &Value) -> String {
    let moment: DateTime<_> = json
        .as_str()
        .unwrap()
        .parse::<DateTime<skeleton_runtime::prelude::Utc>>()
        .unwrap();
    moment.to_string()
}

fn hour(json: &Value) -> String {
    json.as_str()
        .unwrap()
        .parse::<NaiveTime>()
        .unwrap()
        .to_string()
}

async fn assert_stored(app: &TestApp, path: &str, full: &Full) {
    let read = app
        .get(path)
        .as_role(Role::Viewer)
        .send()
        .await
        .expect(200)
        .json();
    full.assert_read(&read);
    let id = read["id"].as_str().unwrap();
    let list = format!("/samples?id={id}{}", full.query());
    let found = app
        .get(&list)
        .as_role(Role::Viewer)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(found["items"], json!([read]), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_value_is_read_as_it_was_written() {
    check(96, (full(), full()), async |app, (first, second)| {
        let made = app
            .post("/samples")
            .as_role(Role::Member)
            .json(&first.body());
        let made = made.send().await.expect(201).json();
        first.assert_read(&made);
        let path = format!("/samples/{}", made["id"].as_str().unwrap());
        assert_stored(app, &path, &first).await;
        // `data` is merged by a patch, and put as a whole.
        let change = app.put(&path).as_role(Role::Member).json(&second.body());
        second.assert_read(&change.send().await.expect(200).json());
        assert_stored(app, &path, &second).await;
        app.delete(&path)
            .as_role(Role::Admin)
            .send()
            .await
            .expect(204);
    })
    .await;
}
