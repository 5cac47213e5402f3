//! A JSON object as its fields, each value still raw.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::strict::{self, Flaw};
use crate::error::{Code, Error, Result};

/// The fields of an object in the order of the body. No name comes twice.
pub type Object<'a> = Vec<(Cow<'a, str>, &'a RawValue)>;

/// Reads the fields of a JSON object, nested parts checked too.
///
/// ```
/// use skeleton_runtime::json::read_object;
///
/// let fields = read_object(br#"{"title": "Hello"}"#).unwrap();
/// assert_eq!((&*fields[0].0, fields[0].1.get()), ("title", "\"Hello\""));
/// assert_eq!(read_object(b"{").unwrap_err().status(), 400);
/// assert_eq!(read_object(b"[]").unwrap_err().status(), 422);
/// ```
///
/// # Errors
///
/// 400 `malformed_json` with line and column (both from 1, the column in bytes) for what is not JSON, not UTF-8, has
/// a key twice, a lone surrogate, text after the value, or more than [`MAX_DEPTH`](super::MAX_DEPTH) levels. 422
/// `validation_failed` for JSON that is no object.
pub fn read_object(body: &[u8]) -> Result<Object<'_>> {
    let text = utf8(body)?;
    let first = text.bytes().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(b'{') {
        return Err(not_an_object(text));
    }
    let Fields(fields) = serde_json::from_str(text).map_err(|error| syntax(body, &error))?;
    check(text, &fields).map_err(|flaw| malformed(body, &flaw))?;
    Ok(fields)
}

/// Checks a whole body as [`read_object`] does, whatever its shape, and gives its text.
///
/// # Errors
///
/// 400 `malformed_json` as in [`read_object`].
#[doc(hidden)]
pub fn check_json(body: &[u8]) -> Result<&str> {
    let text = utf8(body)?;
    serde_json::from_str::<&RawValue>(text).map_err(|error| syntax(body, &error))?;
    strict::check(text, 0).map_err(|flaw| malformed(body, &flaw))?;
    Ok(text)
}

fn utf8(body: &[u8]) -> Result<&str> {
    std::str::from_utf8(body).map_err(|error| {
        malformed(
            body,
            &Flaw {
                reason: "not UTF-8".into(),
                offset: error.valid_up_to(),
            },
        )
    })
}

/// The names first, then each value that `serde_json` only skipped.
fn check(text: &str, fields: &Object<'_>) -> Result<(), Flaw> {
    // A name that was unescaped points elsewhere; its value stands close enough.
    let place = |part: &str| offset_of(text, part);
    let mut keys: Vec<strict::Key<'_>> = fields
        .iter()
        .map(|(name, value)| match name {
            Cow::Borrowed(name) => (Cow::Borrowed(*name), place(name).saturating_sub(1)),
            Cow::Owned(name) => (Cow::Borrowed(name.as_str()), place(value.get())),
        })
        .collect();
    strict::refuse_duplicates(&mut keys)?;
    for (_, value) in fields {
        let raw = value.get();
        // Most values are flat: only containers nest, and only an escape can be half a pair.
        if raw.starts_with(['{', '[']) || raw.contains('\\') {
            strict::check(raw, 1).map_err(|flaw| Flaw {
                reason: flaw.reason,
                offset: place(raw) + flaw.offset,
            })?;
        }
    }
    Ok(())
}

/// Where `part`, a slice of `text`, begins.
fn offset_of(text: &str, part: &str) -> usize {
    part.as_ptr()
        .addr()
        .saturating_sub(text.as_ptr().addr())
        .min(text.len())
}

fn not_an_object(text: &str) -> Error {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Error::new(Code::ValidationFailed, "the body must be a JSON object"),
        Err(error) => syntax(text.as_bytes(), &error),
    }
}

/// `serde_json` names line and column itself, save that a body without a first character is at column 0.
fn syntax(body: &[u8], error: &serde_json::Error) -> Error {
    if body.is_empty() {
        return malformed(
            body,
            &Flaw {
                reason: "the body is empty".into(),
                offset: 0,
            },
        );
    }
    Error::malformed_json(error.to_string())
}

fn malformed(body: &[u8], flaw: &Flaw) -> Error {
    let before = &body[..flaw.offset.min(body.len())];
    let lines = before.split(|byte| *byte == b'\n');
    let column = 1 + lines.clone().next_back().map_or(0, <[u8]>::len);
    let line = lines.count();
    Error::malformed_json(format!("{} at line {line} column {column}", flaw.reason))
}

struct Fields<'a>(Object<'a>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A name that borrows from the body where it has no escapes: serde's own `Cow` never does.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(body: impl AsRef<[u8]>, detail: &str) {
        let error = read_object(body.as_ref()).unwrap_err();
        assert_eq!(error.code(), Code::MalformedJson, "{error}");
        assert!(error.to_string().ends_with(detail), "{error}, not {detail}");
    }

    #[test]
    fn fields_come_raw_and_in_order() {
        let fields = read_object(br#" {"b": 1.50, "\u0061":"x", "c":{"d":[1, 1e999]}} "#).unwrap();
        let seen: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_ref(), value.get()))
            .collect();
        assert_eq!(
            seen,
            [("b", "1.50"), ("a", "\"x\""), ("c", r#"{"d":[1, 1e999]}"#)]
        );
        assert!(matches!(fields[0].0, Cow::Borrowed("b")));
        assert!(read_object(b"{}").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_json_is_told_with_its_place() {
        refused("", "the body is empty at line 1 column 1");
        refused("\n  ", "at line 2 column 2");
        refused("{\n \"a\": x}", "expected value at line 2 column 7");
        refused("{\"a\": 1,}", "trailing comma at line 1 column 9");
        refused("{\"a\": 1} x", "trailing characters at line 1 column 10");
        refused("{\"a\": 01}", "line 1 column 8");
        refused("{\"a\": \"\t\"}", "line 1 column 7");
        refused("{\"a\": NaN}", "line 1 column 7");
        refused("{'a': 1}", "key must be a string at line 1 column 2");
        refused("\u{feff}{}", "expected value at line 1 column 1");
        refused("[1", "EOF while parsing a list at line 1 column 2");
    }

    #[test]
    fn what_only_strictness_refuses_is_told_with_its_place() {
        refused(b"{\n\"a\": \"\xff\"}", "not UTF-8 at line 2 column 7");
        refused("{\"a\":1,\n\"a\":2}", "duplicate key at line 2 column 1");
        refused(r#"{"a":1,"\u0061":2}"#, "duplicate key at line 1 column 17");
        refused(
            "{\"m\":{\"a\":1,\n \"a\":2}}",
            "duplicate key at line 2 column 2",
        );
        refused(r#"{"m":["\ud800"]}"#, "lone surrogate at line 1 column 8");
        refused(r#"{"m":"\ud800"}"#, "lone surrogate at line 1 column 7");
        refused(r#"{"\ud800":1}"#, "line 1 column 9");
        refused("[".repeat(200_000), "line 1 column 200000");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(128), "]".repeat(128));
        refused(&deep, "nested deeper than 128 levels at line 1 column 133");
    }

    #[test]
    fn the_deepest_nesting_can_still_be_read() {
        let body = format!("{{\"a\":{}{}}}", "[".repeat(127), "]".repeat(127));
        let fields = read_object(body.as_bytes()).unwrap();
        serde_json::from_str::<serde_json::Value>(fields[0].1.get()).unwrap();
    }

    #[test]
    fn json_that_is_no_object_breaks_a_rule() {
        for body in ["[]", "null", "1", "\"a\"", " [{\"a\":1}] "] {
            assert_eq!(
                read_object(body.as_bytes()).unwrap_err().code(),
                Code::ValidationFailed,
                "{body}"
            );
        }
    }

    #[test]
    fn many_keys_take_no_quadratic_time() {
        use std::fmt::Write as _;
        let mut body = String::from("{");
        for number in 0..100_000 {
            write!(body, "\"k{number}\":{{\"k{number}\":0}},").unwrap();
        }
        body.push_str("\"k0\":0}");
        let error = read_object(body.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("duplicate key"), "{error}");
    }
}
