//! JSON Merge Patch (RFC 7396, section 2).

use serde_json::{Map, Value};

/// What `target` is after `patch`: objects are merged, `null` removes a member, anything else replaces.
pub(super) fn merge(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else {
        return patch;
    };
    let mut merged = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (name, value) in patch {
        if value.is_null() {
            merged.remove(&name);
        } else {
            let target = merged.remove(&name).unwrap_or(Value::Null);
            merged.insert(name, merge(target, value));
        }
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Few names, so that target and patch share some.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            2 => Just(Value::Null),
            3 => (0..3_i32).prop_map(|number| json!(number)),
        ];
        leaf.prop_recursive(5, 32, 4, |inner| {
            let name = prop::sample::select(vec!["a", "b", "c", ""]).prop_map(str::to_owned);
            prop_oneof![
                1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
                4 => prop::collection::vec((name, inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// The paths to all that is no object, and to the objects without members.
    fn leaves(value: &Value, path: &str, found: &mut Vec<(String, Value)>) {
        match value.as_object() {
            Some(members) if !members.is_empty() => {
                for (name, member) in members {
                    leaves(member, &format!("{path}/{name}"), found);
                }
            }
            _ => found.push((path.to_owned(), value.clone())),
        }
    }

    fn leaves_of(value: &Value) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        leaves(value, "", &mut found);
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Path by path: what the patch sets is there, what it removes is not, and what it does not name stays.
        #[test]
        fn every_path_is_as_the_patch_has_it(target in any_json(), patch in any_json()) {
            let merged = merge(target.clone(), patch.clone());
            prop_assert_eq!(&merge(merged.clone(), patch.clone()), &merged, "once more changes nothing");
            for (path, set) in leaves_of(&patch) {
                let found = merged.pointer(&path);
                if set.is_null() && !path.is_empty() {
                    prop_assert_eq!(found, None, "{}", path);
                } else if set.is_object() {
                    prop_assert!(found.is_some_and(Value::is_object), "{}", path);
                } else {
                    prop_assert_eq!(found, Some(&set), "{}", path);
                }
            }
            let named: Vec<_> = leaves_of(&patch).into_iter().map(|(path, _)| path).collect();
            for (path, kept) in leaves_of(&target) {
                let is_touched = named.iter().any(|named| {
                    let is_above = |left: &str, right: &str| right == left || right.starts_with(&format!("{left}/"));
                    is_above(named, &path) || is_above(&path, named)
                });
                if !is_touched {
                    prop_assert_eq!(merged.pointer(&path), Some(&kept), "{}", path);
                }
            }
            for (path, found) in leaves_of(&merged) {
                let is_known = target.pointer(&path).is_some() || patch.pointer(&path).is_some();
                prop_assert!(is_known, "{} {} came from nowhere", path, found);
            }
        }
    }

    /// The cases of RFC 7396, appendix A.
    #[test]
    fn merges_as_the_rfc_has_it() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (
                json!({"a": "b", "b": "c"}),
                json!({"a": null}),
                json!({"b": "c"}),
            ),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ];
        for (target, patch, expected) in cases {
            assert_eq!(
                merge(target.clone(), patch.clone()),
                expected,
                "{target} {patch}"
            );
        }
    }
}
