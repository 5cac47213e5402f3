//! Merge patches, against the algorithm of RFC 7396 as it stands there.

use std::collections::BTreeMap;

use serde_json::Value;
use skeleton_fuzz::Fuzz;

use crate::json::{check_json, read_object};
use crate::resource::merge_patch::merge;

const WORDS: &[&str] = &[
    "null",
    "true",
    "{}",
    "[]",
    "{\"a\":null}",
    "{\"a\":{\"b\":null}}",
    "\"a\":",
    "\"b\":",
    "\"\":",
    "\n",
    "1",
    "[null]",
    "\"a\":1,",
    ",\"c\":{}",
    "\"\\u0061\":",
    "1e400",
    "-0",
    "{\"a\":{\"a\":{\"a\":",
    "\"\\ud83d\\ude00\"",
    "\"\\u0000\"",
];

/// JSON as the RFC speaks of it: a member is there or not.
#[derive(Debug, Clone, PartialEq)]
enum Model {
    Object(BTreeMap<String, Model>),
    Null,
    Other(String),
}

impl Model {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, member)| (name.clone(), Self::of(member)))
                    .collect(),
            ),
            other => Self::Other(other.to_string()),
        }
    }

    /// `MergePatch(Target, Patch)` of section 2.
    fn merge_patch(target: Option<Self>, patch: &Self) -> Self {
        let Self::Object(patch) = patch else {
            return patch.clone();
        };
        let mut target = match target {
            Some(Self::Object(members)) => members,
            _ => BTreeMap::new(),
        };
        for (name, value) in patch {
            if *value == Self::Null {
                target.remove(name);
            } else {
                let before = target.get(name).cloned();
                target.insert(name.clone(), Self::merge_patch(before, value));
            }
        }
        Self::Object(target)
    }
}

/// Two lines: what is there, and the patch.
#[test]
fn fuzz_a_patch_does_what_the_rfc_says() {
    let figures = Fuzz::target("merge-patch").words(WORDS).run_text(|text| {
        let (target, patch) = text.split_once('\n').unwrap_or(("{}", text));
        // Bodies are checked before they are read.
        let patch = check_json(patch.as_bytes()).ok()?;
        let patch: Value = serde_json::from_str(patch).ok()?;
        let target: Value = serde_json::from_str(target).ok()?;
        let expected = Model::merge_patch(Some(Model::of(&target)), &Model::of(&patch));
        let merged = merge(target.clone(), patch.clone());
        assert_eq!(Model::of(&merged), expected, "{target} {patch}");
        assert_eq!(
            merge(merged.clone(), patch.clone()),
            merged,
            "once more changes nothing"
        );
        if patch.is_object() {
            assert!(read_object(patch.to_string().as_bytes()).is_ok(), "{patch}");
        }
        Some((shape(&merged), shape(&patch)))
    });
    assert!(figures.of_seeds > 10, "{figures:?}");
}

/// How many objects there are, how many members in them, and how many values of other kinds.
fn shape(value: &Value) -> [usize; 3] {
    match value {
        Value::Object(members) => {
            let inner = members.values().map(shape);
            inner.fold([1, members.len(), 0], |sum, one| {
                std::array::from_fn(|at| sum[at] + one[at])
            })
        }
        _ => [0, 0, 1],
    }
}
