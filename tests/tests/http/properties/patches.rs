//! A patch of a JSON column is what RFC 7396 makes of it.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use skeleton_runtime::auth::Role;

use super::bodies::json;
use super::check;
use super::sample::{body, row};

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(|truth| json!(truth)),
        1 => prop::sample::select(vec![json!(0), json!(-1), json!(1.5), json!(0.1), json!(i64::MIN), json!(u64::MAX), json!(1.0), json!(1e15), json!(1e20), json!(1e-7)]),
        1 => prop::sample::select(vec![json!(""), json!("a"), json!("\u{1f680}\u{1}\u{7f}")]),
    ]
}

/// Member by member, as section 1 says it: what the patch does not name stays, what it has as null goes.
fn patched(target: &Value, patch: &Value) -> Value {
    let Some(changes) = patch.as_object() else {
        return patch.clone();
    };
    let none = Map::new();
    let members = target.as_object().unwrap_or(&none);
    let kept = members
        .iter()
        .filter(|(name, _)| !changes.contains_key(*name))
        .map(|(name, member)| (name.clone(), member.clone()));
    let changed = changes
        .iter()
        .filter(|(_, change)| !change.is_null())
        .map(|(name, change)| {
            let member = members.get(name).unwrap_or(&Value::Null);
            (name.clone(), patched(member, change))
        });
    Value::Object(kept.chain(changed).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn patches_merge_into_what_is_stored() {
    let strategy = (
        row(),
        json(leaf()),
        prop::collection::vec(json(leaf()), 1..4),
    );
    check(50, strategy, async |app, (row, data, patches)| {
        let mut sent = body(&row);
        sent["data"] = data.clone();
        let made = app.post("/samples").as_role(Role::Member).json(&sent);
        let made = made.send().await.expect(201).json();
        assert_eq!(made["data"], data);
        let path = format!("/samples/{}", made["id"].as_str().unwrap());
        let mut expected = data;
        for patch in patches {
            expected = patched(&expected, &patch);
            let change = app.patch(&path).as_role(Role::Member);
            let change = change
                .json(&json!({ "data": patch }))
                .send()
                .await
                .expect(200);
            assert_eq!(change.json()["data"], expected, "{patch}");
        }
        let read = app
            .get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        let mut last = made;
        last["data"] = expected;
        assert_eq!(read.json(), last, "and nothing else");
    })
    .await;
}
