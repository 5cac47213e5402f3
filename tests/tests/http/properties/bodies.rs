//! No body is a fault of the service.

use proptest::prelude::*;
use serde_json::{Value, json};
use skeleton_runtime::auth::Role;
use skeleton_runtime::test_util::TestResponse;

use super::check;
use super::sample::{FIELDS, body, row};

/// Any JSON, of names that mean something and of names that don't, up to four deep.
pub(super) fn json(leaves: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    leaves
        .boxed()
        .prop_recursive(4, 24, 4, |inner| {
            let name = prop_oneof![
                3 => prop::sample::select(vec!["a", "b", "c", ""]).prop_map(str::to_owned),
                1 => any::<String>().prop_map(|name| name.replace('\0', "0")),
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::vec((name, inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
        .boxed()
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|truth| json!(truth)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(|text| json!(text)),
        prop::sample::select(vec![
            "",
            "\0",
            "1.0",
            "NaN",
            "2026-02-30",
            "0000-00-00",
            "draft",
            "\u{10ffff}"
        ])
        .prop_map(|text| json!(text)),
    ]
}

/// A good body, some of whose members are something else, or gone, or there are others.
fn altered() -> impl Strategy<Value = Vec<u8>> {
    let mut names = FIELDS.map(|(name, _, _)| name).to_vec();
    names.extend(["id", "data", "title", "unknown", ""]);
    let change = (prop::sample::select(names), prop::option::of(json(leaf())));
    (row(), prop::collection::vec(change, 0..4)).prop_map(|(row, changes)| {
        let mut body = body(&row);
        for (name, value) in changes {
            let members = body.as_object_mut().unwrap();
            match value {
                Some(value) => drop(members.insert(name.to_owned(), value)),
                None => drop(members.remove(name)),
            }
        }
        body.to_string().into_bytes()
    })
}

/// A body with some bytes put over it.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let hits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (altered(), hits, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut body, hits, end, is_cut)| {
            for (place, byte) in hits {
                let place = place.index(body.len());
                body[place] = byte;
            }
            if is_cut {
                body.truncate(end.index(body.len()));
            }
            body
        },
    )
}

/// Lists and objects in each other.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    (100..300_usize, any::<bool>(), any::<bool>()).prop_map(|(depth, in_field, is_open)| {
        let mut body = "[{\"a\":".repeat(depth / 2);
        body.push('1');
        if !is_open {
            body.push_str(&"}]".repeat(depth / 2));
        }
        if in_field {
            body = format!("{{\"data\":{body}}}");
        }
        body.into_bytes()
    })
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => json(leaf()).prop_map(|json| json.to_string().into_bytes()),
        4 => altered(),
        3 => broken(),
        1 => nested(),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn assert_answered(response: TestResponse, good: u16) {
    match response.status() {
        status if status == good => {}
        400 => drop(response.expect_problem(400, "malformed_json")),
        422 => {
            let problem = response.expect_problem(422, "validation_failed");
            assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
        }
        other => panic!("{other}: {}", response.text()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_is_a_fault_of_the_service() {
    check(120, (row(), bodies()), async |app, (row, bytes)| {
        let send = async |method: &str, path: &str| {
            let request = app.request(method, path).as_role(Role::Owner);
            request.body("application/json", bytes.clone()).send().await
        };
        assert_answered(send("POST", "/samples").await, 201);
        let made = app.post("/samples").as_role(Role::Owner).json(&body(&row));
        let made = made.send().await.expect(201).json();
        let path = format!("/samples/{}", made["id"].as_str().unwrap());
        assert_answered(send("PATCH", &path).await, 200);
        assert_answered(send("PUT", &path).await, 200);
        // Whatever was stored can be read.
        app.get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
        app.get("/samples")
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200);
    })
    .await;
}
