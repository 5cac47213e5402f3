//! Entity tags and conditions.

use serde_json::{Value as JsonValue, json};

use crate::auth::Caller;
use crate::resource::Operation::{self, Delete, Get, Replace, Update};
use crate::test_util::TestResponse;
use crate::test_util::factory::Fullness;

use super::subject::{Subject, tag_of};

pub(super) async fn check(subject: &Subject<'_>) {
    if !subject.has(Get) {
        return;
    }
    if let Some(caller) = subject.caller(&[Get]) {
        saves_a_body(subject, caller).await;
    }
    for operation in [Update, Replace, Delete] {
        if let Some(caller) = subject.caller(&[Get, operation])
            && subject.has(operation)
        {
            lets_one_through(subject, operation, caller).await;
        }
    }
}

async fn saves_a_body(subject: &Subject<'_>, caller: Caller) {
    let row = subject.row(caller).await;
    let tag = tag_of(&subject.read(caller, &row).await);
    let again = tag_of(&subject.read(caller, &row).await);
    assert_eq!(
        tag,
        again,
        "{}: the tag of a row that did not change",
        subject.path(&row)
    );
    for (tags, status) in [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"other\", {tag}"), 304),
        ("\"other\"".to_owned(), 200),
    ] {
        let request = subject.request(Get, caller, &subject.path(&row));
        let request = request.header("if-none-match", &tags);
        let response = subject.send(Get, request).await;
        assert_eq!(
            response.status(),
            status,
            "{response}\nIf-None-Match: {tags}"
        );
        if status == 304 {
            assert_eq!(response.header("etag"), Some(tag.as_str()), "{response}");
            assert_eq!(response.text(), "", "a 304 has no body");
        }
    }
}

async fn conditional(
    subject: &Subject<'_>,
    operation: Operation,
    caller: Caller,
    row: &JsonValue,
    tag: &str,
    body: &JsonValue,
) -> TestResponse {
    let request = subject.request(operation, caller, &subject.path(row));
    let request = request.header("if-match", tag);
    let request = if operation == Delete {
        request
    } else {
        request.json(body)
    };
    subject.send(operation, request).await
}

async fn lets_one_through(subject: &Subject<'_>, operation: Operation, caller: Caller) {
    let row = subject.row(caller).await;
    let before = subject.read(caller, &row).await;
    let tag = tag_of(&before);
    let body = change(subject, operation, caller).await;
    for wrong in ["\"other\"", &format!("W/{tag}")] {
        let response = conditional(subject, operation, caller, &row, wrong, &body).await;
        response.expect_problem(412, "precondition_failed");
    }
    let after = subject.read(caller, &row).await;
    assert_eq!(
        before.json(),
        after.json(),
        "{after}\nit was written although the tag was wrong"
    );
    let response = conditional(subject, operation, caller, &row, &tag, &body).await;
    if operation == Delete {
        response.expect(204);
        return;
    }
    let written = response.expect(200);
    let after = subject.read(caller, &row).await;
    assert_eq!(
        tag_of(&written),
        tag_of(&after),
        "{written}\nthe tag of the row as it is now"
    );
    if before.json() == after.json() {
        return;
    }
    assert_ne!(
        tag,
        tag_of(&after),
        "{written}\nthe row changed, and its tag did not"
    );
    let response = conditional(subject, operation, caller, &row, &tag, &body).await;
    response.expect_problem(412, "precondition_failed");
    let any = conditional(subject, operation, caller, &row, "*", &body).await;
    any.expect(200);
}

/// A body that changes a row.
async fn change(subject: &Subject<'_>, operation: Operation, caller: Caller) -> JsonValue {
    match operation {
        Delete => json!(null),
        _ => {
            let fields = subject.fields(operation, caller, Fullness::Full).await;
            JsonValue::Object(fields)
        }
    }
}
