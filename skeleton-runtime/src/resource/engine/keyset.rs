//! The rows behind the last one of a page, in such a form that an index of the same order goes straight to them.
//!
//! What stands behind a key is a union of disjoint parts, each of which is one range of the index: for
//! `status, -created_at, id` those of the same status that are older, and those of a later status. Joined by OR they
//! would be a filter over the whole index, so each is a SELECT of its own, and the database merges them in order.

use super::writer::Writer;
use crate::db::Value;
use crate::resource::meta::Direction;

/// The rows that equal the key in the first `equal` columns, and are behind it in the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    equal: usize,
    behind: Behind,
}

/// In what rows are behind a key, where NULL counts as the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// In the columns up to `end`, compared as a row of values: all in one direction, and none NULL in the key. NULL in
    /// a row is behind nothing here.
    Range { end: usize },
    /// NULL, in an ascending order.
    Null,
    /// Anything else, behind NULL in a descending order.
    NotNull,
}

/// The parts of the rows behind a key. There is at least one, for an order has the id, which is never NULL.
fn parts(
    order: &[(usize, Direction)],
    after: &[Value],
    is_nullable: impl Fn(usize) -> bool,
) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut equal = 0;
    while let Some((_, direction)) = order.get(equal) {
        let keys = order.iter().zip(after).skip(equal);
        let length = keys
            .take_while(|((_, other), value)| other == direction && !value.is_null())
            .count();
        if length == 0 {
            if *direction == Direction::Descending {
                let behind = Behind::NotNull;
                parts.push(Part { equal, behind });
            }
            equal += 1;
            continue;
        }
        let end = equal + length;
        let behind = Behind::Range { end };
        parts.push(Part { equal, behind });
        if *direction == Direction::Ascending {
            let nullable = (equal..end).filter(|position| is_nullable(order[*position].0));
            parts.extend(nullable.map(|equal| Part {
                equal,
                behind: Behind::Null,
            }));
        }
        equal = end;
    }
    parts
}

/// Writes the conditions of the parts; each value of the key is bound once.
pub(super) struct Keyset {
    order: Vec<(usize, Direction)>,
    values: Vec<Given>,
    parts: Vec<Part>,
}

/// A value of the key.
enum Given {
    New(Value),
    Bound(usize),
}

impl Keyset {
    /// The rows behind `after` in `order`.
    pub(super) fn new(
        order: Vec<(usize, Direction)>,
        after: Vec<Value>,
        is_nullable: impl Fn(usize) -> bool,
    ) -> Self {
        Self {
            parts: parts(&order, &after, is_nullable),
            values: after.into_iter().map(Given::New).collect(),
            order,
        }
    }

    /// How many parts there are.
    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The condition of all parts together.
    pub(super) fn any(mut self, writer: &mut Writer) {
        for part in 0..self.parts.len() {
            writer.push(if part == 0 { "(" } else { " OR " });
            self.part(writer, part);
        }
        writer.push(")");
    }

    /// The condition of one part: terms joined by AND.
    pub(super) fn part(&mut self, writer: &mut Writer, part: usize) {
        let Part { equal, behind } = self.parts[part];
        for position in 0..equal {
            self.equals(writer, position);
            writer.push(" AND ");
        }
        match behind {
            Behind::Range { end } => self.range(writer, equal, end),
            Behind::Null => {
                self.column(writer, equal);
                writer.push(" IS NULL");
            }
            Behind::NotNull => {
                self.column(writer, equal);
                writer.push(" IS NOT NULL");
            }
        }
    }

    /// `("a", "id") > ($1, $2)`
    fn range(&mut self, writer: &mut Writer, start: usize, end: usize) {
        for position in start..end {
            writer.push(if position == start { "(" } else { ", " });
            self.column(writer, position);
        }
        writer.push(match self.order[start].1 {
            Direction::Ascending => ") > ",
            Direction::Descending => ") < ",
        });
        for position in start..end {
            writer.push(if position == start { "(" } else { ", " });
            self.value(writer, position);
        }
        writer.push(")");
    }

    fn equals(&mut self, writer: &mut Writer, position: usize) {
        self.column(writer, position);
        if let Given::New(Value::Null(_)) = &self.values[position] {
            return writer.push(" IS NULL");
        }
        writer.push(" = ");
        self.value(writer, position);
    }

    fn column(&self, writer: &mut Writer, position: usize) {
        writer.column(self.order[position].0);
    }

    fn value(&mut self, writer: &mut Writer, position: usize) {
        match &self.values[position] {
            Given::Bound(number) => writer.bind_again(*number),
            Given::New(value) => {
                let number = writer.bind(value.clone());
                self.values[position] = Given::Bound(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Kind;
    use Direction::{Ascending, Descending};

    const V: Value = Value::I32(1);
    const NULL: Value = Value::Null(Kind::I32);

    /// The parts of a key, where the columns 10 and above may be NULL.
    fn parts_of(order: &[(usize, Direction)], after: &[Value]) -> Vec<(usize, Behind)> {
        let parts = parts(order, after, |column| column >= 10);
        parts
            .into_iter()
            .map(|part| (part.equal, part.behind))
            .collect()
    }

    #[test]
    fn one_direction_without_null_is_one_range() {
        for direction in [Ascending, Descending] {
            let order = [(1, direction), (2, direction), (0, direction)];
            let expected = [(0, Behind::Range { end: 3 })];
            assert_eq!(parts_of(&order, &[V, V, V]), expected);
        }
        let order = [(10, Descending), (0, Descending)];
        let expected = [(0, Behind::Range { end: 2 })];
        assert_eq!(parts_of(&order, &[V, V]), expected, "NULL came before");
    }

    #[test]
    fn each_turn_and_each_null_is_a_part() {
        let mixed = [(1, Ascending), (2, Descending), (0, Descending)];
        let expected = [(0, Behind::Range { end: 1 }), (1, Behind::Range { end: 3 })];
        assert_eq!(parts_of(&mixed, &[V, V, V]), expected);
        let rising = [(10, Ascending), (0, Ascending)];
        let expected = [(0, Behind::Range { end: 2 }), (0, Behind::Null)];
        assert_eq!(parts_of(&rising, &[V, V]), expected);
        let expected = [(1, Behind::Range { end: 2 })];
        assert_eq!(parts_of(&rising, &[NULL, V]), expected);
        let falling = [(10, Descending), (0, Descending)];
        let expected = [(0, Behind::NotNull), (1, Behind::Range { end: 2 })];
        assert_eq!(parts_of(&falling, &[NULL, V]), expected);
    }
}
