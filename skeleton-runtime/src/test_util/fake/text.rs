//! Texts: names, addresses, links, whatever the rules ask for.

use crate::resource::{Check, Checked, Column};

use super::pattern;

/// A text that passes the rules of a column.
pub(super) fn text(column: &Column, number: u64) -> Option<String> {
    if !column.variants.is_empty() {
        let count = u64::try_from(column.variants.len()).ok()?;
        // The first is likely to be the one that a row begins with.
        let place = if column.unique { number % count } else { 0 };
        return Some(column.variants[usize::try_from(place).ok()?].to_owned());
    }
    candidates(column, number)
        .into_iter()
        .find(|text| passes(column, text))
}

fn passes(column: &Column, text: &str) -> bool {
    let passes = |check: &Check| check.fault(Checked::Text(text)).is_none();
    column.checks.iter().all(passes)
}

/// `Title 7`
pub(super) fn plain(column: &Column, number: u64) -> String {
    let mut name = column.name.replace('_', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{name} {number}")
}

/// Texts of any kind that there is a rule for, those that read best first.
fn candidates(column: &Column, number: u64) -> Vec<String> {
    let word: String = column
        .name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let mut found = Vec::new();
    for check in column.checks {
        match check {
            Check::Email => found.push(format!("{word}{number}@example.com")),
            Check::Url => found.push(format!("https://example.com/{word}/{number}")),
            Check::Ip | Check::Ipv4 => found.push(address(number)),
            Check::Ipv6 => found.push(format!(
                "2001:db8::{:x}:{:x}",
                (number >> 16) & 0xffff,
                number & 0xffff
            )),
            Check::Pattern(pattern) => found.extend(pattern::matching(pattern, number)),
            _ => {}
        }
    }
    found.push(plain(column, number));
    found.push(format!("{word}{number}"));
    found.push(base36(number));
    let (before, within, after) = parts(column);
    let whole: Vec<_> = found
        .iter()
        .map(|text| format!("{before}{within}{text}{after}"))
        .collect();
    let (least, most) = lengths(column);
    let around = before.len() + within.len() + after.len();
    let number = base36(number);
    // A word as long as it may be, with the number at its end.
    let room = least.max(number.len() + around).min(most);
    let filled = room.saturating_sub(around + number.len());
    let start = number.len().saturating_sub(most.saturating_sub(around));
    let fitted = format!(
        "{before}{within}{}{}{after}",
        "a".repeat(filled),
        &number[start..]
    );
    found.extend(whole);
    found.push(fitted);
    found
}

/// What texts must begin with, contain, and end with.
fn parts(column: &Column) -> (&'static str, String, &'static str) {
    let (mut before, mut within, mut after) = ("", String::new(), "");
    for check in column.checks {
        match check {
            Check::Prefix(text) => before = text,
            Check::Contains(text) => within.push_str(text),
            Check::Suffix(text) => after = text,
            _ => {}
        }
    }
    (before, within, after)
}

/// Of letters that count one by each measure.
fn lengths(column: &Column) -> (usize, usize) {
    let mut lengths = (0, usize::MAX);
    for check in column.checks {
        if let Check::Length { min, max, .. } = check {
            lengths.0 = lengths.0.max(min.unwrap_or(0));
            lengths.1 = lengths.1.min(max.unwrap_or(usize::MAX));
        }
    }
    lengths
}

/// Of the block for documentation and tests.
fn address(number: u64) -> String {
    format!("198.18.{}.{}", (number >> 8) & 0xff, number & 0xff)
}

fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut digits = Vec::new();
    loop {
        let digit = usize::try_from(number % 36).unwrap_or_default();
        digits.push(char::from(DIGITS[digit]));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}
