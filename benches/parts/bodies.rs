//! From the body of a PATCH to what is written.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use serde_json::{Value as JsonValue, json};
use skeleton_runtime::__private::parts::{merged, read_changes};

use crate::article::{Article, text};

/// Ten members, two of which are objects of five.
fn document() -> JsonValue {
    let names = |from: usize| (from..from + 5).map(|number| format!("member_{number}"));
    let leaves: JsonValue = names(0).map(|name| (name, json!("a value"))).collect();
    let mut document: serde_json::Map<_, _> = names(0)
        .chain(names(5))
        .map(|name| (name, json!(1)))
        .collect();
    for name in ["member_1", "member_7"] {
        document.insert(name.to_owned(), leaves.clone());
    }
    document.into()
}

pub(crate) fn patches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("patch");
    let small = json!({ "title": "Another headline", "views": 7 });
    let whole =
        json!({ "title": "Another headline", "body": text(), "status": "archived", "views": 7 });
    for (name, body) in [("two fields", small), ("every field", whole)] {
        let body = body.to_string();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let changes = read_changes::<Article>(black_box(body.as_bytes()));
                changes.expect("the body is sound")
            });
        });
    }
    let patch = json!({ "member_0": 2, "member_5": null, "member_7": { "member_3": "another" } });
    group.bench_function("merged into a document", |bencher| {
        bencher.iter_batched(
            || (document(), patch.clone()),
            |(document, patch)| merged(document, patch),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
