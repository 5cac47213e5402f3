//! What the contract says of values, in its plainest form: how they are written, compared and found.

use std::cmp::Ordering;

use serde_json::{Value, json};
use skeleton_runtime::prelude::Decimal;

/// One value of a row. Times, days and ids are texts of one width, whose order is their own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Single(f32),
    Double(f64),
    Bool(bool),
    Text(String),
    Decimal(Decimal),
}

impl Cell {
    /// As a body has it.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => json!(number),
            // Not `json!`, which would widen it first.
            Self::Single(number) => {
                serde_json::from_str(&serde_json::to_string(number).unwrap()).unwrap()
            }
            Self::Double(number) => json!(number),
            Self::Bool(truth) => json!(truth),
            Self::Text(text) => json!(text),
            Self::Decimal(number) => json!(number.to_string()),
        }
    }

    /// As a filter has it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Int(number) => number.to_string(),
            Self::Single(number) => number.to_string(),
            Self::Double(number) => number.to_string(),
            Self::Bool(truth) => truth.to_string(),
            Self::Text(text) => text.clone(),
            Self::Decimal(number) => number.to_string(),
        }
    }

    /// The order of a list, where NULL is the largest.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Greater,
            (_, Self::Null) => Ordering::Less,
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            (Self::Single(left), Self::Single(right)) => left.partial_cmp(right).unwrap(),
            (Self::Double(left), Self::Double(right)) => left.partial_cmp(right).unwrap(),
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.chars().cmp(right.chars()),
            (Self::Decimal(left), Self::Decimal(right)) => left.cmp(right),
            _ => panic!("{self:?} and {other:?} are of two types"),
        }
    }
}

/// A filter with its operands.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Compare(&'static str, Cell),
    In(Vec<Cell>),
    Nin(Vec<Cell>),
    Contains(String),
    StartsWith(String),
    IsNull(bool),
}

impl Test {
    /// What stands behind the field's name, and the value.
    pub(crate) fn written(&self) -> (&'static str, String) {
        match self {
            Self::Compare(suffix, operand) => (suffix, operand.text()),
            Self::In(operands) => ("__in", listed(operands)),
            Self::Nin(operands) => ("__nin", listed(operands)),
            Self::Contains(part) => ("__contains", part.clone()),
            Self::StartsWith(part) => ("__starts_with", part.clone()),
            Self::IsNull(is_null) => ("__is_null", is_null.to_string()),
        }
    }

    pub(crate) fn finds(&self, cell: &Cell) -> bool {
        let is = |operand: &Cell| cell.order(operand) == Ordering::Equal;
        let is_null = *cell == Cell::Null;
        let folded = || match cell {
            Cell::Text(text) => text.to_uppercase(),
            _ => panic!("{cell:?} is no text"),
        };
        match self {
            Self::Compare("__ne", operand) => !is(operand),
            Self::Nin(operands) => !operands.iter().any(is),
            Self::IsNull(asked) => is_null == *asked,
            _ if is_null => false,
            Self::Compare(suffix, operand) => {
                let order = cell.order(operand);
                match *suffix {
                    "" => order.is_eq(),
                    "__gt" => order.is_gt(),
                    "__gte" => order.is_ge(),
                    "__lt" => order.is_lt(),
                    "__lte" => order.is_le(),
                    other => panic!("there is no {other}"),
                }
            }
            Self::In(operands) => operands.iter().any(is),
            Self::Contains(part) => folded().contains(&part.to_uppercase()),
            Self::StartsWith(part) => folded().starts_with(&part.to_uppercase()),
        }
    }
}

/// A comma within a value is written with a backslash.
fn listed(operands: &[Cell]) -> String {
    let escaped: Vec<_> = operands
        .iter()
        .map(|operand| operand.text().replace(',', "\\,"))
        .collect();
    escaped.join(",")
}

/// As a query string has it.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
