//! What `#[garde(…)]` says of a column, in the words of JSON Schema.
//!
//! A rule that JSON Schema can't say exactly is told in the description, with the nearest bound that refuses nothing
//! which the service takes.

use std::fmt::Display;

use crate::db::Kind;
use crate::resource::{Check, Column, LengthUnit};

/// Parts of Rust's regular expressions that ECMA-262 lacks or reads otherwise.
const NOT_PORTABLE: [&str; 16] = [
    "(?P", "(?i", "(?s", "(?m", "(?x", "(?u", "(?U", "(?R", "(?-", "\\A", "\\z", "\\x{", "\\p",
    "\\P", "[[", "&&",
];

/// Both ends of an interval, where there are any.
type Bounds<T> = (Option<T>, Option<T>);

/// What a schema says beyond its type.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Facets {
    /// A format that a rule gives, as `email`.
    pub(super) format: Option<&'static str>,
    /// The one regular expression that a schema has room for.
    pub(super) pattern: Option<String>,
    /// `minLength` and `maxLength`, in characters of the JSON string; for a list its items.
    pub(super) length: Bounds<usize>,
    /// `minimum` and `maximum` of an integer.
    pub(super) integers: Bounds<i64>,
    /// `minimum` and `maximum` of a floating-point number.
    pub(super) floats: Bounds<f64>,
    /// Sentences for the description.
    pub(super) notes: Vec<String>,
}

impl Facets {
    /// What follows from the kind alone.
    pub(super) fn of_kind(kind: Kind) -> Self {
        let mut facets = Self::default();
        match kind {
            Kind::I16 => facets.integers = (Some(i16::MIN.into()), Some(i16::MAX.into())),
            Kind::I32 => facets.integers = (Some(i32::MIN.into()), Some(i32::MAX.into())),
            Kind::I64 => facets.integers = (Some(i64::MIN), Some(i64::MAX)),
            Kind::F32 => facets.floats = (Some(f32::MIN.into()), Some(f32::MAX.into())),
            // No keyword counts digits alone.
            Kind::Decimal => {
                facets.pattern = Some("^-?[0-9]+(\\.[0-9]+)?$".to_owned());
                facets.notes.push("Of 28 digits at most.".to_owned());
            }
            Kind::Time => {
                let pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?$";
                facets.pattern = Some(pattern.to_owned());
            }
            _ => {}
        }
        facets
    }

    /// What follows from the kind and the rules of a column.
    pub(super) fn of(column: &Column) -> Self {
        let mut facets = Self::of_kind(column.kind);
        for check in column.checks {
            facets.add(column.kind, *check);
        }
        facets
    }

    fn add(&mut self, kind: Kind, check: Check) {
        match check {
            Check::Length { unit, min, max } => self.length(kind, unit, min, max),
            Check::IntRange { min, max } => self.integer_range(kind, min, max),
            Check::FloatRange { min, max } => self.float_range(kind, min, max),
            Check::Pattern(pattern) if is_portable(pattern) => {
                self.pattern(pattern.to_owned(), || matching(pattern));
            }
            Check::Pattern(pattern) => self.notes.push(matching(pattern)),
            Check::Contains(text) => {
                self.pattern(escape(text), || format!("Must contain `{text}`."));
            }
            Check::Prefix(text) => {
                self.pattern(format!("^{}", escape(text)), || {
                    format!("Must start with `{text}`.")
                });
            }
            Check::Suffix(text) => {
                self.pattern(format!("{}$", escape(text)), || {
                    format!("Must end with `{text}`.")
                });
            }
            Check::Ascii => {
                self.pattern("^[\\x00-\\x7F]*$".to_owned(), || "Only ASCII.".to_owned());
            }
            // Classes of Unicode letters are no part of what all readers of JSON Schema understand.
            Check::Alphanumeric => self.notes.push("Only letters and digits.".to_owned()),
            Check::Email => self.format = Some("email"),
            Check::Url => self.format = Some("uri"),
            Check::Ip => self.notes.push("An IP address, version 4 or 6.".to_owned()),
            Check::Ipv4 => self.format = Some("ipv4"),
            Check::Ipv6 => self.format = Some("ipv6"),
        }
    }

    fn length(&mut self, kind: Kind, unit: LengthUnit, min: Option<usize>, max: Option<usize>) {
        let (bounds, noun) = match (kind, unit) {
            (Kind::TextArray, _) | (_, LengthUnit::Chars) if kind != Kind::Bytes => {
                ((min, max), None)
            }
            // Base64 writes three bytes as four characters.
            (Kind::Bytes, _) => {
                let encoded = |bytes: usize| bytes.div_ceil(3).saturating_mul(4);
                ((min.map(encoded), max.map(encoded)), Some("bytes"))
            }
            // A character is at most four bytes, or two units of UTF-16; a grapheme is at least one character.
            (_, LengthUnit::Bytes) => (
                (min.map(|least| least.div_ceil(4)), max),
                Some("bytes of UTF-8"),
            ),
            (_, LengthUnit::Utf16) => (
                (min.map(|least| least.div_ceil(2)), max),
                Some("units of UTF-16"),
            ),
            (_, LengthUnit::Graphemes | LengthUnit::Chars) => {
                ((min, None), Some("grapheme clusters"))
            }
        };
        self.length = narrow(self.length, bounds);
        if let Some(noun) = noun {
            self.notes.extend(interval(min, max, noun));
        }
    }

    fn integer_range(&mut self, kind: Kind, min: Option<i64>, max: Option<i64>) {
        if matches!(kind, Kind::I16 | Kind::I32 | Kind::I64) {
            self.integers = narrow(self.integers, (min, max));
        } else {
            self.notes.extend(interval(min, max, ""));
        }
    }

    fn float_range(&mut self, kind: Kind, min: Option<f64>, max: Option<f64>) {
        if matches!(kind, Kind::F32 | Kind::F64) {
            self.floats = narrow(self.floats, (min, max));
        } else {
            self.notes.extend(interval(min, max, ""));
        }
    }

    /// A schema has room for one pattern; the others are told.
    fn pattern(&mut self, pattern: String, told: impl FnOnce() -> String) {
        if self.pattern.is_none() {
            self.pattern = Some(pattern);
        } else {
            self.notes.push(told());
        }
    }
}

/// The interval that lies in both.
fn narrow<T: PartialOrd>(one: Bounds<T>, other: Bounds<T>) -> Bounds<T> {
    let pick =
        |left: Option<T>, right: Option<T>, right_wins: fn(&T, &T) -> bool| match (left, right) {
            (Some(left), Some(right)) => Some(if right_wins(&left, &right) {
                right
            } else {
                left
            }),
            (left, right) => left.or(right),
        };
    (
        pick(one.0, other.0, |left, right| right > left),
        pick(one.1, other.1, |left, right| right < left),
    )
}

fn interval<T: Display + PartialEq>(min: Option<T>, max: Option<T>, noun: &str) -> Option<String> {
    let numbers = match (min, max) {
        (Some(min), Some(max)) if min == max => format!("Exactly {min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("At least {min}"),
        (None, Some(max)) => format!("At most {max}"),
        (None, None) => return None,
    };
    Some(if noun.is_empty() {
        format!("{numbers}.")
    } else {
        format!("{numbers} {noun}.")
    })
}

fn matching(pattern: &str) -> String {
    format!("Must match the regular expression `{pattern}`.")
}

fn is_portable(pattern: &str) -> bool {
    !NOT_PORTABLE.iter().any(|part| pattern.contains(part))
}

/// The text as a regular expression of ECMA-262 that matches just it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\^$.|?*+()[]{}/".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facets(kind: Kind, checks: &[Check]) -> Facets {
        let mut facets = Facets::of_kind(kind);
        for check in checks {
            facets.add(kind, *check);
        }
        facets
    }

    fn length(unit: LengthUnit) -> Check {
        Check::Length {
            unit,
            min: Some(5),
            max: Some(9),
        }
    }

    #[test]
    fn characters_are_exact() {
        let facets = facets(Kind::Text, &[length(LengthUnit::Chars)]);
        assert_eq!(facets.length, (Some(5), Some(9)));
        assert!(facets.notes.is_empty());
    }

    #[test]
    fn other_units_refuse_nothing_that_is_taken() {
        let bytes = facets(Kind::Text, &[length(LengthUnit::Bytes)]);
        assert_eq!(
            (bytes.length, bytes.notes),
            (
                (Some(2), Some(9)),
                vec!["5 to 9 bytes of UTF-8.".to_owned()]
            )
        );
        let graphemes = facets(Kind::Text, &[length(LengthUnit::Graphemes)]);
        assert_eq!(graphemes.length, (Some(5), None));
        let base64 = facets(Kind::Bytes, &[length(LengthUnit::Chars)]);
        assert_eq!(
            (base64.length, base64.notes),
            ((Some(8), Some(12)), vec!["5 to 9 bytes.".to_owned()])
        );
        let list = facets(Kind::TextArray, &[length(LengthUnit::Bytes)]);
        assert_eq!((list.length, list.notes.len()), ((Some(5), Some(9)), 0));
    }

    #[test]
    fn a_range_narrows_that_of_the_type() {
        let facets = facets(
            Kind::I16,
            &[Check::IntRange {
                min: Some(0),
                max: Some(100_000),
            }],
        );
        assert_eq!(facets.integers, (Some(0), Some(i64::from(i16::MAX))));
    }

    #[test]
    fn the_range_of_a_decimal_is_told() {
        let facets = facets(
            Kind::Decimal,
            &[Check::FloatRange {
                min: Some(0.0),
                max: None,
            }],
        );
        assert_eq!(facets.notes, ["Of 28 digits at most.", "At least 0."]);
    }

    #[test]
    fn a_second_pattern_is_told() {
        let facets = facets(Kind::Text, &[Check::Prefix("a.b"), Check::Suffix("$")]);
        assert_eq!(facets.pattern.as_deref(), Some("^a\\.b"));
        assert_eq!(facets.notes, ["Must end with `$`."]);
    }

    #[test]
    fn what_only_rust_understands_is_told() {
        let facets = facets(Kind::Text, &[Check::Pattern("(?i)^a+$")]);
        assert_eq!(facets.pattern, None);
        assert_eq!(
            facets.notes,
            ["Must match the regular expression `(?i)^a+$`."]
        );
    }
}
