//! What `serde_json` lets pass in the values that it only skips.

use std::borrow::Cow;

/// The levels of nesting that a body may have, the outermost object among them.
pub const MAX_DEPTH: usize = 128;

/// Why a piece of well-formed JSON is refused, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) reason: Cow<'static, str>,
    /// In bytes from the start of the text.
    pub(super) offset: usize,
}

/// An object or array that is still open.
enum Frame {
    /// With the number of keys that were pending before it.
    Object(usize),
    Array,
}

/// A key with the place where it stands.
pub(super) type Key<'a> = (Cow<'a, str>, usize);

/// Looks through one JSON value, whose syntax `serde_json` has accepted, beneath `depth` levels.
///
/// Offsets count from the start of `text`. Iterative, in O(n log n).
pub(super) fn check(text: &str, depth: usize) -> Result<(), Flaw> {
    let bytes = text.as_bytes();
    // The keys of all open objects, those of the innermost last.
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                frames.push(if *byte == b'{' {
                    Frame::Object(keys.len())
                } else {
                    Frame::Array
                });
                if depth + frames.len() > MAX_DEPTH {
                    let reason = format!("nested deeper than {MAX_DEPTH} levels").into();
                    return Err(Flaw { reason, offset: at });
                }
            }
            b'}' | b']' => {
                if let Some(Frame::Object(first)) = frames.pop() {
                    refuse_duplicates(&mut keys[first..])?;
                    keys.truncate(first);
                }
            }
            b'"' => {
                let end = check_string(bytes, at)?;
                if matches!(frames.last(), Some(Frame::Object(_))) && is_key(bytes, end) {
                    keys.push((unescaped(&text[at..end]), at));
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Finds the first key that was there before.
pub(super) fn refuse_duplicates(keys: &mut [Key<'_>]) -> Result<(), Flaw> {
    keys.sort_unstable();
    let repeated = keys
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| &pair[1]);
    match repeated.min_by_key(|(_, offset)| *offset) {
        Some((_, offset)) => Err(Flaw {
            reason: "duplicate key".into(),
            offset: *offset,
        }),
        None => Ok(()),
    }
}

/// Whether the string that ended before `end` is a key.
fn is_key(bytes: &[u8], end: usize) -> bool {
    bytes[end..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

/// The text of a string literal that was checked before.
fn unescaped(literal: &str) -> Cow<'_, str> {
    if literal.contains('\\')
        && let Ok(text) = serde_json::from_str::<String>(literal)
    {
        return Cow::Owned(text);
    }
    Cow::Borrowed(&literal[1..literal.len() - 1])
}

/// Checks the surrogates of the string that opens at `start`; gives the offset after its closing quote.
fn check_string(bytes: &[u8], start: usize) -> Result<usize, Flaw> {
    let mut at = start + 1;
    // The offset of a leading surrogate whose trailing one must come next.
    let mut leading: Option<usize> = None;
    loop {
        let unit = if bytes.get(at) == Some(&b'\\') && bytes.get(at + 1) == Some(&b'u') {
            code_unit(bytes, at + 2)
        } else {
            None
        };
        let is_trailing = unit.is_some_and(|unit| (0xDC00..=0xDFFF).contains(&unit));
        if is_trailing != leading.is_some() {
            let offset = leading.unwrap_or(at);
            return Err(Flaw {
                reason: "lone surrogate".into(),
                offset,
            });
        }
        leading = unit
            .filter(|unit| (0xD800..=0xDBFF).contains(unit))
            .map(|_| at);
        at += match bytes.get(at) {
            // Only a text whose syntax was not checked ends here.
            None => return Ok(bytes.len()),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') if unit.is_some() => 6,
            Some(b'\\') => 2,
            Some(_) => 1,
        };
    }
}

/// The number of four hexadecimal digits at `at`.
fn code_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = std::str::from_utf8(bytes.get(at..at + 4)?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, reason: &str, offset: usize) {
        let flaw = check(text, 0).unwrap_err();
        assert!(flaw.reason.contains(reason), "{text}: {flaw:?}");
        assert_eq!(flaw.offset, offset, "{text}: {flaw:?}");
    }

    #[test]
    fn duplicate_keys_at_any_depth() {
        refused(r#"{"a":1,"a":2}"#, "duplicate key", 7);
        refused(r#"[{"x":{"a":1,"b":2,"a":3}}]"#, "duplicate key", 19);
        refused(r#"{"a":1, "\u0061" : 2}"#, "duplicate key", 8);
        refused(r#"{"":1,"":2}"#, "duplicate key", 6);
        // The first that repeats is told, not the first in the order of the alphabet.
        refused(r#"{"b":1,"a":1,"b":1,"a":1}"#, "duplicate key", 13);
    }

    #[test]
    fn equal_keys_of_different_objects_and_equal_values_pass() {
        for text in [
            r#"{"a":{"a":{"a":"a"}},"b":["a","a"]}"#,
            r#"[{"a":1},{"a":1}]"#,
            r#"{"a":"a","b":"a"}"#,
            "\"a\"",
            "1",
        ] {
            assert_eq!(check(text, 0), Ok(()), "{text}");
        }
    }

    #[test]
    fn brackets_and_quotes_within_strings_are_text() {
        assert_eq!(check(r#"{"a":"{\"a\":[","b":"\\","c":"}]"}"#, 0), Ok(()));
    }

    #[test]
    fn surrogates_must_be_pairs() {
        for text in [
            r#""\ud83d\ude00""#,
            r#""\uD83D\uDE00\uD83D\uDE00""#,
            r#""\\ud83d""#,
            r#""\u0000""#,
        ] {
            assert_eq!(check(text, 0), Ok(()), "{text}");
        }
        refused(r#""\ud83d""#, "lone surrogate", 1);
        refused(r#""a\ude00""#, "lone surrogate", 2);
        refused(r#""\ud83dx""#, "lone surrogate", 1);
        refused(r#""\ud83d\n""#, "lone surrogate", 1);
        refused(r#""\ud83d\ud83d\ude00""#, "lone surrogate", 1);
        refused(r#""\ud83d\u0041""#, "lone surrogate", 1);
        refused(r#"{"a":{"\udead":1}}"#, "lone surrogate", 7);
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(check(&nested(MAX_DEPTH), 0), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH - 1), 1), Ok(()));
        assert_eq!(
            check(&nested(MAX_DEPTH), 1).unwrap_err().offset,
            MAX_DEPTH - 1
        );
        assert_eq!(
            check(&nested(MAX_DEPTH + 1), 0).unwrap_err().offset,
            MAX_DEPTH
        );
        assert_eq!(check(&nested(500_000), 0).unwrap_err().offset, MAX_DEPTH);
    }

    #[test]
    fn text_of_broken_syntax_is_no_danger() {
        for text in [
            "\"",
            "\"\\",
            "\"\\u",
            "\"\\u12",
            "]",
            "}",
            "{\"a",
            "{\"a\"",
            "\"\\ué\"",
        ] {
            let _ = check(text, 0);
        }
    }
}
