//! The order of decimal numbers that are stored as text.

use std::cmp::Ordering;

/// Compares two decimal numbers of any length by value: `9.5 < 10`, `1.0 = 1.00`. What is not a number comes after
/// all numbers, in the order of its bytes, so that the order is total, as SQLite demands of a collation.
pub(super) fn decimal(left: &str, right: &str) -> Ordering {
    match (Number::parse(left), Number::parse(right)) {
        (Some(left), Some(right)) => left.compare(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => left.cmp(right),
    }
}

/// A number without the zeros that do not count.
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        // More digits, larger number; digits of fractions compare as text does.
        let lengths = self.whole.len().cmp(&other.whole.len());
        lengths
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_value() {
        let sorted = [
            "-10000000000000000000000000000000000",
            "-10",
            "-9.50",
            "-0.001",
            "0",
            "0.0009",
            "0.01",
            "9.5",
            "10",
            "79228162514264337593543950335",
            "79228162514264337593543950335.5",
            "+1",
            "1e5",
            "NaN",
        ];
        for (i, left) in sorted.iter().enumerate() {
            for (j, right) in sorted.iter().enumerate() {
                assert_eq!(decimal(left, right), i.cmp(&j), "{left} and {right}");
            }
        }
    }

    #[test]
    fn zeros_do_not_count() {
        for (left, right) in [
            ("1.0", "1.00"),
            ("007", "7"),
            ("-0", "0.000"),
            ("1.", "1"),
            ("-2.50", "-2.5"),
        ] {
            assert_eq!(decimal(left, right), Ordering::Equal, "{left} and {right}");
        }
    }
}
