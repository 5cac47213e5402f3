//! What a statement does, by its words.

/// What a statement does, as far as it matters for how many rows it touched: SQLite itself tells this only for those
/// that write, and repeats the last answer for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Read,
    Write,
    Other,
}

impl Verb {
    pub(super) fn of(sql: &str) -> Self {
        let mut words = words(sql);
        let Some(first) = words.next() else {
            return Self::Other;
        };
        let verb = if first.eq_ignore_ascii_case("WITH") {
            words.find_map(Self::named)
        } else {
            Self::named(first)
        };
        verb.unwrap_or(Self::Other)
    }

    fn named(word: &str) -> Option<Self> {
        let is = |known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known));
        if is(&["SELECT", "VALUES"]) {
            Some(Self::Read)
        } else if is(&["INSERT", "UPDATE", "DELETE", "REPLACE"]) {
            Some(Self::Write)
        } else {
            None
        }
    }
}

/// The words that stand in no brackets, quotes or comments.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let (mut rest, mut depth) = (sql, 0_usize);
    std::iter::from_fn(move || {
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\'' | '"' | '`' => quoted(rest, first),
                '[' => quoted(rest, ']'),
                '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                _ if is_of_word(first) => rest
                    .find(|letter| !is_of_word(letter))
                    .unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            let (token, behind) = rest.split_at(length);
            rest = behind;
            match first {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ if depth == 0 && is_of_word(first) => return Some(token),
                _ => {}
            }
        }
        None
    })
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The length of `'…'` and the like; a doubled quote within ends one and begins another.
fn quoted(text: &str, end: char) -> usize {
    text[1..].find(end).map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_is_found_wherever_it_stands() {
        for (sql, verb) in [
            ("SELECT 1", Verb::Read),
            ("  values (1)", Verb::Read),
            ("insert INTO t VALUES (1)", Verb::Write),
            ("-- SELECT\nUPDATE t SET a = 1", Verb::Write),
            ("/* why; */ DELETE FROM t", Verb::Write),
            ("WITH a AS (DELETE) SELECT * FROM a", Verb::Read),
            (
                "WITH a(b) AS (SELECT ')') INSERT INTO t SELECT * FROM a",
                Verb::Write,
            ),
            (
                "WITH \"select\" AS (SELECT 1), [values] AS (SELECT 2) DELETE FROM t",
                Verb::Write,
            ),
            ("WITH RECURSIVE a AS (SELECT 1)", Verb::Other),
            ("EXPLAIN SELECT 1", Verb::Other),
            ("PRAGMA foreign_keys", Verb::Other),
            ("('", Verb::Other),
            ("--", Verb::Other),
            ("", Verb::Other),
        ] {
            assert_eq!(Verb::of(sql), verb, "{sql}");
        }
    }
}
