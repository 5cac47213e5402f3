//! A row is the same wherever it is told.

use serde_json::{Value as JsonValue, json};

use crate::auth::Caller;
use crate::resource::Operation::{self, Bulk, Create, Get, List, Update};
use crate::test_util::factory::Fullness;

use super::subject::{Subject, names, tag_of};

pub(super) async fn check(subject: &Subject<'_>) {
    if let Some(caller) = subject.caller_of_any(&[Create, Get, List, Update]) {
        for fullness in [Fullness::Needed, Fullness::Full] {
            is_told_alike(subject, caller, fullness).await;
        }
    }
    if let Some(caller) = subject.caller_of_any(&[Get])
        && subject.has(Get)
    {
        parts_of_it(subject, caller).await;
    }
    if let Some(caller) = subject.caller_of_any(&[Bulk])
        && subject.has(Bulk)
    {
        all_or_none(subject, caller).await;
    }
}

async fn is_told_alike(subject: &Subject<'_>, caller: Caller, fullness: Fullness) {
    let mut told: Vec<(&str, JsonValue)> = Vec::new();
    let mut tag = None;
    let row = if subject.has(Create) {
        let body = subject.body(Create, caller, fullness).await;
        let request = subject
            .request(Create, caller, subject.meta.path)
            .json(&body);
        let response = subject.send(Create, request).await.expect(201);
        let row = response.json();
        let location = response.header("location").unwrap_or_default();
        assert_eq!(
            location,
            subject.path(&row),
            "{response}\nthe Location of the new row"
        );
        tag = Some(tag_of(&response));
        told.push(("its creation", row.clone()));
        row
    } else {
        subject.row(caller).await
    };
    if subject.has(Get) {
        let response = subject.read(caller, &row).await;
        let is_same = tag.is_none_or(|tag| tag == tag_of(&response));
        assert!(is_same, "{response}\nanother ETag than at its creation");
        told.push(("GET", response.json()));
    }
    if subject.has(List) {
        told.push(("the list", in_list(subject, caller, &row).await));
    }
    if subject.has(Update) {
        let request = subject
            .request(Update, caller, &subject.path(&row))
            .json(&json!({}));
        let response = subject.send(Update, request).await.expect(200);
        told.push(("an empty PATCH", response.json()));
    }
    let fields = subject.readable(caller);
    for (place, row) in &told {
        assert_eq!(names(row), fields, "the fields in the answer of {place}");
    }
    for pair in told.windows(2) {
        let [(one, first), (other, second)] = pair else {
            continue;
        };
        assert_eq!(first, second, "{one} and {other} tell a row alike");
    }
}

/// The row among all others.
async fn in_list(subject: &Subject<'_>, caller: Caller, row: &JsonValue) -> JsonValue {
    let id = subject.meta.id_column().name;
    let mut path = format!("{}?limit={}", subject.meta.path, subject.meta.page_max);
    loop {
        let request = subject.request(List, caller, &path);
        let page = subject.send(List, request).await.expect(200).json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        if let Some(found) = items.into_iter().find(|item| item[id] == row[id]) {
            return found;
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            panic!("{} is in no page of the list", subject.path(row));
        };
        path = format!(
            "{}?limit={}&cursor={cursor}",
            subject.meta.path, subject.meta.page_max
        );
    }
}

/// `fields` and HEAD.
async fn parts_of_it(subject: &Subject<'_>, caller: Caller) {
    let row = subject.row(caller).await;
    let path = subject.path(&row);
    for name in subject.readable(caller) {
        let path = format!("{path}?fields={name}");
        let response = subject.send(Get, subject.request(Get, caller, &path)).await;
        let part = response.clone().expect(200);
        assert_eq!(names(&part.json()), [name], "{response}");
        assert!(
            part.header("etag").is_none(),
            "{response}\na part of a row has no tag"
        );
    }
    let get = subject.read(caller, &row).await;
    let head = subject
        .request_by("HEAD", caller, &path)
        .send()
        .await
        .expect(200);
    assert_eq!(
        head.header("etag"),
        get.header("etag"),
        "{head}\nHEAD is a GET without a body"
    );
    assert_eq!(head.text(), "", "{head}");
}

async fn all_or_none(subject: &Subject<'_>, caller: Caller) {
    let mut items = Vec::new();
    for _ in 0..3 {
        items.push(JsonValue::Object(
            subject.fields(Bulk, caller, Fullness::Needed).await,
        ));
    }
    let send = async |items: &[JsonValue]| {
        let path = subject.meta.path_of(Operation::Bulk);
        let request = subject
            .request(Bulk, caller, &path)
            .json(&json!({ "items": items }));
        subject.send(Bulk, request).await
    };
    let before = subject.total().await;
    let mut broken = items.clone();
    broken.push(json!({"no_such_field": 1}));
    let response = send(&broken).await.expect(422);
    assert_eq!(
        subject.total().await,
        before,
        "{response}\nsome of the rows were made"
    );
    let response = send(&items).await.expect(201);
    let made = response.json()["items"].as_array().map_or(0, Vec::len);
    assert_eq!(made, items.len(), "{response}");
    let after = before.map(|before| before + 3);
    assert_eq!(
        subject.total().await,
        after,
        "{response}\nas many rows as were sent"
    );
}
