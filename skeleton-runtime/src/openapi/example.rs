//! Examples: values that the schemas of the document take, for readers, generators and the forms of its pages.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use crate::db::Kind;
use crate::resource::{Check, Column};

use super::check::Facets;

/// An id, a time and the like: one for the whole document.
pub(super) const ID: &str = "0198c0de-7a4b-7000-8000-000000000000";
pub(super) const TIME: &str = "2026-01-31T12:00:00Z";
pub(super) const EMAIL: &str = "ann@example.com";
pub(super) const PASSWORD: &str = "correct horse battery";
/// In the form of the engine's tags and cursors, and of none that it made.
pub(super) const TAG: &str = "\"b0PmMj0aZ2yHd1uW\"";
pub(super) const CURSOR: &str = "AZjA3npLcACAAAAAAAAAAGM1";
pub(super) const REFRESH_TOKEN: &str = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80";

/// A value of the column; `None` where a rule leaves open what it takes.
pub(super) fn of_column(column: &Column) -> Option<Value> {
    if let Some(first) = column.variants.first() {
        return Some(Value::from(*first));
    }
    let facets = Facets::of(column);
    Some(match column.kind {
        Kind::Bool => json!(true),
        Kind::I16 | Kind::I32 | Kind::I64 => json!(within(1, facets.integers)),
        Kind::F32 | Kind::F64 => json!(within(1.5, facets.floats)),
        Kind::Uuid => json!(ID),
        Kind::Timestamp => json!(TIME),
        Kind::Date => json!("2026-01-31"),
        Kind::Time => json!("12:00:00"),
        Kind::Decimal => json!(decimal(column.checks)),
        Kind::Bytes => json!(BASE64_STANDARD.encode(fit("hello", lengths(column.checks)))),
        Kind::TextArray => items(lengths(column.checks)),
        Kind::Text => text(column)?.into(),
        // It may be a type of the application's own.
        Kind::Json => return None,
    })
}

/// A body of these columns, each with whether it must be there: those, and what a caller is likely to set. What refers
/// to other rows is left out where it may be, since the example's rows are not there. `None` where one that must be
/// there has no example.
pub(super) fn body<'a>(columns: impl Iterator<Item = (&'a Column, bool)>) -> Option<Value> {
    let mut members = Map::new();
    for (column, is_required) in columns {
        let is_likely = column.references.is_none() && column.write_role.is_none();
        match of_column(column) {
            Some(example) if is_required || is_likely => {
                members.insert(column.name.to_owned(), example);
            }
            None if is_required => return None,
            _ => {}
        }
    }
    Some(Value::Object(members))
}

fn within<T: PartialOrd>(value: T, (min, max): (Option<T>, Option<T>)) -> T {
    match (min, max) {
        (Some(min), _) if value < min => min,
        (_, Some(max)) if value > max => max,
        _ => value,
    }
}

/// The narrowest of all ranges that the rules of a decimal name, which its schema has no keyword for.
fn decimal(checks: &[Check]) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "an example within the bounds, whatever they are"
    )]
    let bounds = |check: &Check| match *check {
        Check::IntRange { min, max } => (min.map(|min| min as f64), max.map(|max| max as f64)),
        Check::FloatRange { min, max } => (min, max),
        _ => (None, None),
    };
    let value = checks.iter().map(bounds).fold(4.5, within);
    format!("{value}")
}

/// The narrowest of all lengths, in whatever unit: examples are of ASCII.
fn lengths(checks: &[Check]) -> (usize, usize) {
    checks
        .iter()
        .fold((0, usize::MAX), |(least, most), check| match *check {
            Check::Length { min, max, .. } => (
                least.max(min.unwrap_or(0)),
                most.min(max.unwrap_or(usize::MAX)),
            ),
            _ => (least, most),
        })
}

fn fit(text: &str, (min, max): (usize, usize)) -> String {
    let length = text.len().max(min).min(max);
    text.chars().cycle().take(length).collect()
}

fn items((min, max): (usize, usize)) -> Value {
    let count = 2.max(min).min(max);
    (0..count)
        .map(|index| format!("item {}", index + 1))
        .collect()
}

/// The words of the field's name, brought to what its rules ask.
fn text(column: &Column) -> Option<String> {
    if column.name == "email" {
        return Some(EMAIL.to_owned());
    }
    let (mut before, mut within, mut after) = (String::new(), String::new(), String::new());
    let mut text = capitalized(column.name);
    for check in column.checks {
        match *check {
            Check::Pattern(_) => return None,
            Check::Email => return Some(EMAIL.to_owned()),
            Check::Url => return Some("https://example.com/".to_owned()),
            Check::Ip | Check::Ipv4 => return Some("192.0.2.1".to_owned()),
            Check::Ipv6 => return Some("2001:db8::1".to_owned()),
            Check::Prefix(part) => part.clone_into(&mut before),
            Check::Contains(part) => part.clone_into(&mut within),
            Check::Suffix(part) => part.clone_into(&mut after),
            Check::Alphanumeric => text.retain(|character| character.is_ascii_alphanumeric()),
            _ => {}
        }
    }
    let fixed = before.len() + within.len() + after.len();
    let (min, max) = lengths(column.checks);
    let bounds = (min.saturating_sub(fixed), max.checked_sub(fixed)?);
    Some(format!("{before}{}{within}{after}", fit(&text, bounds)))
}

fn capitalized(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut characters = words.chars();
    let first = characters.next().unwrap_or('x').to_ascii_uppercase();
    format!("{first}{}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::sample::ARTICLE;
    use crate::resource::LengthUnit;

    fn text_with(checks: &'static [Check]) -> Option<Value> {
        of_column(&Column::of::<String>("a_name").checks(checks))
    }

    const fn length(min: usize, max: usize) -> Check {
        Check::Length {
            unit: LengthUnit::Chars,
            min: Some(min),
            max: Some(max),
        }
    }

    #[test]
    fn texts_keep_their_rules() {
        assert_eq!(text_with(&[]), Some(json!("A name")));
        assert_eq!(
            text_with(&[const { length(8, 9) }]),
            Some(json!("A nameA "))
        );
        assert_eq!(text_with(&[const { length(0, 3) }]), Some(json!("A n")));
        assert_eq!(text_with(&[Check::Email]), Some(json!(EMAIL)));
        assert_eq!(text_with(&[Check::Pattern("^x$")]), None);
        assert_eq!(
            text_with(&[
                Check::Prefix("x-"),
                Check::Alphanumeric,
                const { length(4, 5) }
            ]),
            Some(json!("x-Ana"))
        );
    }

    #[test]
    fn numbers_stay_in_their_range() {
        const SEVEN: &[Check] = &[Check::IntRange {
            min: Some(7),
            max: None,
        }];
        let number = Column::of::<i32>("n");
        assert_eq!(of_column(&number), Some(json!(1)));
        assert_eq!(of_column(&number.checks(SEVEN)), Some(json!(7)));
        let rating = ARTICLE.find("rating").unwrap();
        assert_eq!(of_column(&ARTICLE.columns[rating]), Some(json!("4.5")));
    }
}
