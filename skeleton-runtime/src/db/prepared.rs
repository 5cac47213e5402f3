//! A statement on its way into Diesel's connections, and how many of them stay prepared.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use diesel::query_builder::{Query, QueryId};
use diesel::sql_types::Untyped;

use super::statement::Statement;

/// How many statements a connection keeps prepared. The shapes of generated statements are few; the limit is for
/// handlers that write their own SQL text for each request.
pub(super) const KEPT_PER_CONNECTION: usize = 512;

/// A statement as Diesel's own connections take it. Each database adds how its values are bound.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) statement: &'a Statement,
}

impl QueryId for Prepared<'_> {
    type QueryId = ();
    /// So the text is the key in the cache of prepared statements.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared<'_> {
    type SqlType = Untyped;
}

/// The texts that a connection has prepared.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    hasher: RandomState,
    seen: HashSet<u64>,
}

impl Shapes {
    /// Notes a statement. `true` asks to forget all prepared ones first: Diesel's cache grows without bound, but it
    /// can be emptied.
    pub(super) fn note(&mut self, statement: &Statement) -> bool {
        if !statement.is_kept() || !self.seen.insert(self.hasher.hash_one(&statement.sql)) {
            return false;
        }
        if self.seen.len() <= KEPT_PER_CONNECTION {
            return false;
        }
        self.seen.clear();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_to_forget_when_full() {
        let mut shapes = Shapes::default();
        let forgets =
            (0..KEPT_PER_CONNECTION).any(|n| shapes.note(&Statement::new(format!("SELECT {n}"))));
        assert!(!forgets);
        assert!(
            !shapes.note(&Statement::new("SELECT 0")),
            "a known one is free"
        );
        assert!(shapes.note(&Statement::new("SELECT -1")), "one too many");
        assert!(!shapes.note(&Statement::new("SELECT 0")), "starts anew");
    }

    #[test]
    fn long_texts_are_not_kept() {
        let long = Statement::new("x".repeat(1 << 20));
        assert!(!long.is_kept());
        assert!(!Shapes::default().note(&long));
    }
}
