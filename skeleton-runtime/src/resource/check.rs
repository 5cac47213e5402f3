//! The rules of `#[garde(…)]`, carried out: formats by garde itself, the words of the messages ours.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{LazyLock, PoisonError, RwLock};

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use crate::error::Fault;

use super::column::ColumnType;
use super::meta::{Check, LengthUnit, Meta};
use super::payload::Patch;

/// A value as a rule sees it.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Checked<'a> {
    /// NULL, a field that is kept, or a type without rules.
    Nothing,
    /// A text.
    Text(&'a str),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A decimal.
    Decimal(Decimal),
    /// The number of a list's items.
    Count(usize),
}

/// A payload's field: a value, or a [`Patch`] of one.
#[doc(hidden)]
pub trait Checkable {
    /// The value as a rule sees it.
    fn checkable(&self) -> Checked<'_>;
}

impl<T: ColumnType> Checkable for T {
    fn checkable(&self) -> Checked<'_> {
        self.checked()
    }
}

impl<T: ColumnType> Checkable for Patch<T> {
    fn checkable(&self) -> Checked<'_> {
        match self {
            Self::Keep => Checked::Nothing,
            Self::Set(value) => value.checked(),
        }
    }
}

/// What a custom rule is given: the value itself, or the one that a [`Patch`] sets.
#[doc(hidden)]
pub trait Given<T> {
    /// The value, if there is one.
    fn given(&self) -> Option<&T>;
}

impl<T> Given<T> for T {
    fn given(&self) -> Option<&T> {
        Some(self)
    }
}

impl<T> Given<T> for Patch<T> {
    fn given(&self) -> Option<&T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }
}

/// Collects the faults of a payload.
#[doc(hidden)]
#[derive(Debug)]
pub struct Checker<'a> {
    meta: &'static Meta,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(meta: &'static Meta, faults: &'a mut Vec<Fault>) -> Self {
        Self { meta, faults }
    }

    /// Holds a field to the rules of its column.
    pub fn field(&mut self, column: usize, value: &impl Checkable) {
        check_column(self.meta, column, value.checkable(), self.faults);
    }

    /// Holds a field to a function of the user's, as `#[garde(custom(…))]` names it.
    pub fn custom<T, V, F>(&mut self, column: usize, value: &V, rule: F)
    where
        V: Given<T>,
        F: Fn(&T, &()) -> garde::Result,
    {
        check_custom(self.meta, column, value, rule, self.faults);
    }
}

/// Holds a field to a function of the user's.
pub(super) fn check_custom<T, V, F>(
    meta: &Meta,
    column: usize,
    value: &V,
    rule: F,
    faults: &mut Vec<Fault>,
) where
    V: Given<T>,
    F: Fn(&T, &()) -> garde::Result,
{
    if let Some(given) = value.given()
        && let Err(error) = rule(given, &())
    {
        let name = meta.columns[column].name;
        faults.push(Fault::new(name, "custom", error.message().to_owned()));
    }
}

/// Holds one value to the rules of its column.
pub(super) fn check_column(
    meta: &Meta,
    column: usize,
    value: Checked<'_>,
    faults: &mut Vec<Fault>,
) {
    let column = &meta.columns[column];
    let broken = column.checks.iter().filter_map(|check| check.fault(value));
    faults.extend(broken.map(|(code, message)| Fault::new(column.name, code, message)));
}

impl Check {
    /// What is wrong with `value`: a code and a message.
    pub(crate) fn fault(&self, value: Checked<'_>) -> Option<(&'static str, String)> {
        let holds = match (self, value) {
            (_, Checked::Nothing) => true,
            (Self::Length { unit, min, max }, value) => within(length(*unit, value), *min, *max),
            (Self::IntRange { min, max }, Checked::Int(number)) => within(number, *min, *max),
            (Self::FloatRange { min, max }, Checked::Float(number)) => within(number, *min, *max),
            (Self::FloatRange { min, max }, Checked::Decimal(number)) => within(
                number,
                min.and_then(Decimal::from_f64),
                max.and_then(Decimal::from_f64),
            ),
            (check, Checked::Text(text)) => check.holds_for_text(text),
            _ => true,
        };
        (!holds).then(|| (self.code(), self.message()))
    }

    fn holds_for_text(&self, text: &str) -> bool {
        use garde::rules;
        match self {
            Self::Pattern(pattern) => matches_pattern(pattern, text),
            Self::Contains(part) => text.contains(part),
            Self::Prefix(part) => text.starts_with(part),
            Self::Suffix(part) => text.ends_with(part),
            Self::Ascii => text.is_ascii(),
            Self::Alphanumeric => text.chars().all(char::is_alphanumeric),
            Self::Email => rules::email::parse_email(text).is_ok(),
            Self::Url => rules::url::apply(&text, ()).is_ok(),
            Self::Ip => std::net::IpAddr::from_str(text).is_ok(),
            Self::Ipv4 => std::net::Ipv4Addr::from_str(text).is_ok(),
            Self::Ipv6 => std::net::Ipv6Addr::from_str(text).is_ok(),
            Self::Length { .. } | Self::IntRange { .. } | Self::FloatRange { .. } => true,
        }
    }

    /// The code of the fault.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::IntRange { .. } | Self::FloatRange { .. } => "range",
            Self::Pattern(_) => "pattern",
            Self::Contains(_) => "contains",
            Self::Prefix(_) => "prefix",
            Self::Suffix(_) => "suffix",
            Self::Ascii => "ascii",
            Self::Alphanumeric => "alphanumeric",
            Self::Email => "email",
            Self::Url => "url",
            Self::Ip | Self::Ipv4 | Self::Ipv6 => "ip",
        }
    }

    /// The rule in words.
    pub fn message(&self) -> String {
        match self {
            Self::Length { min, max, .. } => bounds("length must be", min.as_ref(), max.as_ref()),
            Self::IntRange { min, max } => bounds("must be", min.as_ref(), max.as_ref()),
            Self::FloatRange { min, max } => bounds("must be", min.as_ref(), max.as_ref()),
            Self::Pattern(pattern) => format!("must match {pattern}"),
            Self::Contains(part) => format!("must contain {part:?}"),
            Self::Prefix(part) => format!("must start with {part:?}"),
            Self::Suffix(part) => format!("must end with {part:?}"),
            Self::Ascii => "must be ASCII".to_owned(),
            Self::Alphanumeric => "must have letters and digits only".to_owned(),
            Self::Email => "must be an e-mail address".to_owned(),
            Self::Url => "must be a URL".to_owned(),
            Self::Ip => "must be an IP address".to_owned(),
            Self::Ipv4 => "must be an IPv4 address".to_owned(),
            Self::Ipv6 => "must be an IPv6 address".to_owned(),
        }
    }
}

fn within<T: PartialOrd + Copy>(value: T, min: Option<T>, max: Option<T>) -> bool {
    min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
}

fn bounds<T: std::fmt::Display>(subject: &str, min: Option<&T>, max: Option<&T>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{subject} between {min} and {max}"),
        (Some(min), None) => format!("{subject} at least {min}"),
        (None, Some(max)) => format!("{subject} at most {max}"),
        (None, None) => subject.to_owned(),
    }
}

fn length(unit: LengthUnit, value: Checked<'_>) -> usize {
    use garde::rules::length::graphemes::HasGraphemes;
    match (value, unit) {
        (Checked::Text(text), LengthUnit::Chars) => text.chars().count(),
        (Checked::Text(text), LengthUnit::Bytes) => text.len(),
        (Checked::Text(text), LengthUnit::Graphemes) => text.num_graphemes(),
        (Checked::Text(text), LengthUnit::Utf16) => text.encode_utf16().count(),
        (Checked::Count(count), _) => count,
        _ => 0,
    }
}

/// Patterns are few and static, so each is compiled once and kept.
fn matches_pattern(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<RwLock<HashMap<&'static str, Option<regex::Regex>>>> =
        LazyLock::new(RwLock::default);
    let holds =
        |regex: &Option<regex::Regex>| regex.as_ref().is_some_and(|regex| regex.is_match(text));
    if let Some(regex) = COMPILED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(pattern)
    {
        return holds(regex);
    }
    let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    holds(
        compiled
            .entry(pattern)
            .or_insert_with(|| regex::Regex::new(pattern).ok()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(check: Check, value: Checked<'_>) -> Option<String> {
        check.fault(value).map(|(_, message)| message)
    }

    #[test]
    fn lengths_count_what_they_say() {
        let chars = Check::Length {
            unit: LengthUnit::Chars,
            min: Some(1),
            max: Some(2),
        };
        assert_eq!(message(chars, Checked::Text("éé")), None);
        assert_eq!(
            message(chars, Checked::Text("ééé")).as_deref(),
            Some("length must be between 1 and 2")
        );
        assert_eq!(
            message(chars, Checked::Text("")).as_deref(),
            Some("length must be between 1 and 2")
        );
        let bytes = Check::Length {
            unit: LengthUnit::Bytes,
            min: None,
            max: Some(3),
        };
        assert_eq!(
            message(bytes, Checked::Text("éé")).as_deref(),
            Some("length must be at most 3")
        );
        assert_eq!(message(bytes, Checked::Nothing), None);
    }

    #[test]
    fn ranges_include_their_ends() {
        let range = Check::IntRange {
            min: Some(1),
            max: None,
        };
        assert_eq!(message(range, Checked::Int(1)), None);
        assert_eq!(
            message(range, Checked::Int(0)).as_deref(),
            Some("must be at least 1")
        );
        let range = Check::FloatRange {
            min: Some(0.0),
            max: Some(9.9),
        };
        assert_eq!(message(range, Checked::Decimal(Decimal::new(99, 1))), None);
        assert!(message(range, Checked::Decimal(Decimal::new(991, 2))).is_some());
    }

    #[test]
    fn formats() {
        assert!(message(Check::Email, Checked::Text("a@b.example")).is_none());
        assert!(message(Check::Email, Checked::Text("a.b.example")).is_some());
        assert!(message(Check::Url, Checked::Text("https://example.org/a")).is_none());
        assert!(message(Check::Url, Checked::Text("not a url")).is_some());
        assert!(message(Check::Pattern("^[a-z]+$"), Checked::Text("abc")).is_none());
        assert!(message(Check::Pattern("^[a-z]+$"), Checked::Text("aBc")).is_some());
        assert!(message(Check::Ipv4, Checked::Text("::1")).is_some());
    }
}
