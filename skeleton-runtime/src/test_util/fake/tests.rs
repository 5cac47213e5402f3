use std::collections::HashSet;

use super::*;
use crate::resource::LengthUnit;

static META: Meta = Meta::new("Sample", "samples", "/samples", &[], 0);

fn text<const N: usize>(checks: [Check; N]) -> Column {
    Column::of::<String>("the_name").checks(Box::leak(Box::new(checks)))
}

const fn length(min: Option<usize>, max: Option<usize>) -> Check {
    let unit = LengthUnit::Chars;
    Check::Length { unit, min, max }
}

fn faults(column: &Column, json: &JsonValue) -> Vec<String> {
    let checked = match (json, column.kind) {
        (JsonValue::String(text), Kind::Decimal) => Checked::Decimal(text.parse().unwrap()),
        (JsonValue::String(text), Kind::Bytes) => {
            Checked::Count(BASE64.decode(text).unwrap().len())
        }
        (JsonValue::String(text), _) => Checked::Text(text),
        (JsonValue::Array(items), _) => Checked::Count(items.len()),
        (JsonValue::Number(number), Kind::F64) => Checked::Float(number.as_f64().unwrap()),
        (JsonValue::Number(number), _) => Checked::Int(number.as_i64().unwrap()),
        other => panic!("{other:?}"),
    };
    let faults = column
        .checks
        .iter()
        .filter_map(|check| check.fault(checked));
    faults.map(|(_, message)| message).collect()
}

#[test]
fn texts_pass_their_rules_and_differ() {
    let columns = [
        text([]),
        text([length(Some(1), Some(200))]),
        text([length(Some(40), None)]),
        text([length(Some(3), Some(4))]),
        text([length(None, Some(2))]),
        text([Check::Email]),
        text([Check::Url, length(None, Some(60))]),
        text([Check::Ip]),
        text([Check::Ipv4]),
        text([Check::Ipv6]),
        text([Check::Alphanumeric, length(Some(20), Some(30))]),
        text([Check::Ascii]),
        text([Check::Prefix("img/"), Check::Suffix(".png")]),
        text([Check::Contains("@"), length(None, Some(8))]),
        text([Check::Pattern("^[a-z]+$")]),
        text([Check::Pattern("^[A-Z]{2}-\\d{4}$")]),
        text([
            Check::Pattern("^(?:red|green)#[0-9a-f]{6}$"),
            length(None, Some(12)),
        ]),
        text([Check::Pattern("[0-9]+ (kg|t)")]),
        text([Check::Pattern("^[^a-zA-Z0-9 ]{5}$")]),
        text([Check::Pattern("^\\w+( \\w+)*$"), length(Some(5), Some(12))]),
    ];
    for column in columns {
        let values: Vec<_> = (1..=100)
            .map(|number| value(&META, &column, number))
            .collect();
        for value in &values {
            assert_eq!(faults(&column, value), Vec::<String>::new(), "{value}");
        }
        let different: HashSet<_> = values.iter().map(ToString::to_string).collect();
        assert_eq!(different.len(), 100, "{values:?}");
    }
}

#[test]
fn numbers_stay_within_their_ranges() {
    const LENGTHS: &[Check] = &[length(Some(3), Some(3))];
    const BYTES: &[Check] = &[length(None, Some(5))];
    const RANGE: &[Check] = &[Check::IntRange {
        min: Some(10),
        max: Some(12),
    }];
    const FLOATS: &[Check] = &[Check::FloatRange {
        min: Some(0.5),
        max: Some(5.0),
    }];
    let columns = [
        Column::of::<i32>("a").checks(RANGE),
        Column::of::<i16>("b"),
        Column::of::<i64>("c").checks(&[Check::IntRange {
            min: None,
            max: Some(-5),
        }]),
        Column::of::<f64>("d").checks(FLOATS),
        Column::of::<Decimal>("e").checks(FLOATS),
        Column::of::<Vec<String>>("f").checks(LENGTHS),
        Column::of::<Vec<u8>>("g").checks(BYTES),
    ];
    for column in columns {
        for number in [1, 2, 3, 7, 40_000, u64::MAX / 2] {
            let value = value(&META, &column, number);
            assert_eq!(
                faults(&column, &value),
                Vec::<String>::new(),
                "{} {value}",
                column.name
            );
        }
    }
}

#[test]
fn unique_numbers_differ() {
    let column = Column::of::<i16>("number").unique();
    let values = (1..=1_000).map(|number| value(&META, &column, number).to_string());
    let values: HashSet<_> = values.collect();
    assert_eq!(values.len(), 1_000);
}

#[test]
#[should_panic(expected = "`Sample::factory().the_name(…)`")]
fn what_no_text_can_be_is_told() {
    value(&META, &text([Check::Email, Check::Ipv4]), 1);
}
