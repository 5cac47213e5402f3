//! Values of fields: in bodies, in query strings and in paths.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as JsonValue;
use serde_json::value::RawValue;
use skeleton_fuzz::Fuzz;
use uuid::Uuid;

use crate::resource::{ColumnType, Jsonb};

const WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "\"",
    "0198c0de-7a4b-7000-8000-000000000000",
    "2026-01-31T12:00:00.000001Z",
    "T",
    "Z",
    "+23:59",
    "-00:00",
    "23:59:60",
    "12:00",
    "0001-01-01",
    "9999-12-31",
    "1e16",
    "1e100",
    "-0.0",
    "1E+2",
    ".5",
    "5.",
    "79228162514264337593543950335",
    "0.0000000000000000000000000001",
    "AAAA",
    "_-8=",
    "+/8=",
    "\\u0000",
    "\\ud83d",
    "[\"a\",\"b\"]",
    "{\"a\":[1,2.5,null]}",
    "infinity",
];

/// What was accepted can be stored, and reads again as what it was, written as JSON.
fn check<T: ColumnType + Serialize + Clone>(value: &T, text: &str) {
    let mut stored = value.clone().into_value();
    assert!(stored.make_canonical().is_ok(), "{text:?} can't be stored");
    let written = serde_json::to_string(value).expect("a value has a form in JSON");
    let raw = RawValue::from_string(written.clone()).expect("what is written is JSON");
    let read =
        T::from_json(&raw).unwrap_or_else(|e| panic!("{text:?} as {written}: {}", e.message));
    let mut again = read.into_value();
    assert!(again.make_canonical().is_ok(), "{written} can't be stored");
    assert!(again == stored, "{text:?} is another value as {written}");
}

/// Both ways in; what became of each.
fn accepted<T: ColumnType + Serialize + Clone + PartialEq>(
    text: &str,
    raw: Option<&RawValue>,
) -> [bool; 2] {
    let parsed = T::parse(text);
    let read = raw.map(T::from_json);
    // Where the text is a text in JSON too, it means the same in both places.
    let quoted = serde_json::to_string(text)
        .ok()
        .and_then(|quoted| RawValue::from_string(quoted).ok());
    let same = quoted.and_then(|quoted| T::from_json(&quoted).ok());
    if let (Ok(parsed), Some(same)) = (&parsed, same) {
        assert!(
            *parsed == same,
            "{text:?} is one value in a query and another in a body"
        );
    }
    let outcome = [parsed.is_ok(), matches!(read, Some(Ok(_)))];
    for value in parsed.ok().into_iter().chain(read.and_then(Result::ok)) {
        check(&value, text);
    }
    outcome
}

/// Bytes are written in base64 by the engine, not by serde.
fn bytes(text: &str) -> bool {
    let Ok(bytes) = Vec::<u8>::parse(text) else {
        return false;
    };
    assert_eq!(BASE64.encode(bytes), text, "one spelling");
    true
}

#[test]
fn fuzz_any_text_is_a_value_that_can_be_stored_or_refused() {
    let figures = Fuzz::target("values")
        .words(WORDS)
        .longest(256)
        .run_text(|text| {
            let raw = RawValue::from_string(text.to_owned()).ok();
            let raw = raw.as_deref();
            // A filter has single values only.
            let json = raw.is_some_and(|raw| {
                let read = JsonValue::from_json(raw).ok();
                let typed = Jsonb::<Vec<Option<f64>>>::from_json(raw).ok();
                let is_read = read.is_some();
                if let Some(value) = read {
                    check(&value, text);
                }
                if let Some(value) = typed {
                    check(&value, text);
                }
                is_read
            });
            (
                [
                    accepted::<bool>(text, raw),
                    accepted::<i16>(text, raw),
                    accepted::<i32>(text, raw),
                    accepted::<i64>(text, raw),
                    accepted::<f32>(text, raw),
                    accepted::<f64>(text, raw),
                    accepted::<String>(text, raw),
                    accepted::<Uuid>(text, raw),
                    accepted::<DateTime<Utc>>(text, raw),
                    accepted::<NaiveDate>(text, raw),
                    accepted::<NaiveTime>(text, raw),
                    accepted::<Decimal>(text, raw),
                    accepted::<Option<i64>>(text, raw),
                    accepted::<Vec<String>>(text, raw),
                ],
                bytes(text),
                json,
                text.len(),
            )
        });
    assert!(figures.of_seeds > 10, "{figures:?}");
}
