//! Bodies of any bytes.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use skeleton_fuzz::Fuzz;

use super::{MAX_DEPTH, check_json, read_object};

const WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "{\"a\":",
    "[[[[[[[[",
    "]]]]]]]]",
    "{\"a\":{\"a\":{\"a\":{\"a\":",
    "}}}}",
    "\"a\":1,",
    "\"\\u0061\":1,",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ude00",
    "\\u0000",
    "\\\"",
    "\\\\",
    "\\x",
    "1e999",
    "-",
    "01",
    "NaN",
    "/**/",
    "'a'",
    ",}",
    ",]",
    "\u{2028}",
];

/// JSON without duplicate keys, as deep as it is, read by other means than ours.
struct Depth(usize);

impl<'de> Deserialize<'de> for Depth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DepthVisitor).map(Self)
    }
}

struct DepthVisitor;

macro_rules! flat {
    ($($method:ident $type:ty),*) => {
        $(fn $method<E>(self, _: $type) -> Result<usize, E> { Ok(0) })*
    };
}

impl<'de> Visitor<'de> for DepthVisitor {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    flat!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str);

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<usize, A::Error> {
        let mut deepest = 0;
        while let Some(Depth(depth)) = items.next_element()? {
            deepest = deepest.max(depth);
        }
        Ok(deepest + 1)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<usize, A::Error> {
        let (mut deepest, mut names) = (0, BTreeSet::new());
        while let Some((name, Depth(depth))) = members.next_entry::<String, Depth>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("twice"));
            }
            deepest = deepest.max(depth);
        }
        Ok(deepest + 1)
    }
}

/// Whether `serde_json` can tell: it reads no number that is too large, and nothing as deep as may be sent.
fn is_judged(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    !text.starts_with("number out of range") && !text.starts_with("recursion limit")
}

#[test]
fn fuzz_a_body_has_one_meaning_or_is_refused() {
    let figures = Fuzz::target("json").words(WORDS).run(|body| {
        let model = serde_json::from_slice::<Depth>(body);
        let checked = check_json(body);
        match (&model, &checked) {
            (Ok(Depth(depth)), Ok(_)) => assert!(*depth <= MAX_DEPTH),
            (Ok(_), Err(error)) => panic!("refused without need: {error}"),
            (Err(error), Ok(_)) => assert!(!is_judged(error), "accepted in spite of: {error}"),
            (Err(_), Err(error)) => assert_eq!(error.status(), 400),
        }
        let read = read_object(body);
        let is_object = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        assert_eq!(
            read.is_ok(),
            checked.is_ok() && is_object,
            "the two readers differ"
        );
        match read {
            Ok(fields) => {
                let values = fields.iter().map(|(_, value)| value.get().as_bytes());
                assert!(values.clone().all(|value| check_json(value).is_ok()));
                format!("{}", fields.len().min(8))
            }
            Err(error) => {
                assert!(error.status().is_client_error());
                // Without the place.
                let text = error.to_string();
                text.split(" at line").next().unwrap_or_default().to_owned()
            }
        }
    });
    assert!(figures.of_seeds > 5, "{figures:?}");
}
