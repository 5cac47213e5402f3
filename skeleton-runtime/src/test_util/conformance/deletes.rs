//! Rows that are deleted, and those that come back.

use serde_json::{Value as JsonValue, json};

use crate::auth::Caller;
use crate::resource::Kept;
use crate::resource::Operation::{self, Delete, Get, List, Replace, Restore, Update};
use crate::test_util::factory::Fullness;

use super::subject::Subject;

pub(super) async fn check(subject: &Subject<'_>) {
    let all = [Delete, Get, List, Update, Replace, Restore];
    if !subject.has(Delete) {
        return;
    }
    let caller = subject
        .caller_of_any(&all)
        .or_else(|| subject.caller(&[Delete]));
    let Some(caller) = caller else {
        return;
    };
    let row = subject.row(caller).await;
    let before = is_there(subject, caller, &row).await;
    let total = subject.total().await;
    delete(subject, caller, &row, 204).await;
    is_gone(subject, caller, &row).await;
    let less = total.map(|total| total - 1);
    assert_eq!(subject.total().await, less, "a deleted row does not count");
    delete(subject, caller, &row, 404).await;
    if subject.has(Restore) {
        let may = subject.caller(&[Restore]).is_some();
        assert!(may, "somebody may restore what is deleted");
        restore(subject, &row, 200).await;
        let after = is_there(subject, caller, &row).await;
        assert_eq!(
            without_kept(subject, before),
            without_kept(subject, after),
            "it comes back as it was"
        );
        assert_eq!(subject.total().await, total, "a row that came back counts");
        restore(subject, &row, 404).await;
    }
}

async fn delete(subject: &Subject<'_>, caller: Caller, row: &JsonValue, status: u16) {
    let request = subject.request(Delete, caller, &subject.path(row));
    let response = subject.send(Delete, request).await.expect(status);
    if status == 204 {
        assert_eq!(response.text(), "", "{response}");
    }
}

async fn restore(subject: &Subject<'_>, row: &JsonValue, status: u16) {
    let Some(caller) = subject.caller(&[Restore]) else {
        return;
    };
    subject.ask(Restore, caller, row).await.expect(status);
}

async fn is_there(subject: &Subject<'_>, caller: Caller, row: &JsonValue) -> JsonValue {
    if subject.has(Get) && subject.caller(&[Get]).is_some() && may(subject, Get, caller) {
        return subject.read(caller, row).await.json();
    }
    row.clone()
}

fn may(subject: &Subject<'_>, operation: Operation, caller: Caller) -> bool {
    use crate::auth::Decision::{Allowed, OwnRows};
    subject.has(operation) && matches!(subject.decide(operation, caller), Allowed | OwnRows)
}

/// For every operation but the one that undoes it.
async fn is_gone(subject: &Subject<'_>, caller: Caller, row: &JsonValue) {
    for operation in [Get, Update, Replace] {
        if !may(subject, operation, caller) {
            continue;
        }
        let request = subject.request(operation, caller, &subject.path(row));
        let request = match operation {
            Get => request,
            _ => request.json(&subject.body(operation, caller, Fullness::Needed).await),
        };
        let response = subject.send(operation, request).await;
        assert_eq!(response.status(), 404, "{response}\nthe row was deleted");
    }
    let id = subject.meta.id_column();
    if id.filter && may(subject, List, caller) {
        let value = row[id.name].to_string();
        let path = format!(
            "{}?{}={}",
            subject.meta.path,
            id.name,
            value.trim_matches('"')
        );
        let request = subject.request(List, caller, &path);
        let page = subject.send(List, request).await.expect(200);
        assert_eq!(
            page.json()["items"],
            json!([]),
            "{page}\nthe row was deleted"
        );
    }
}

/// Without what the runtime writes at each change.
fn without_kept(subject: &Subject<'_>, mut row: JsonValue) -> JsonValue {
    for kept in [Kept::UpdatedAt, Kept::Version, Kept::DeletedAt] {
        if let (Some(index), Some(row)) = (subject.meta.kept(kept), row.as_object_mut()) {
            row.remove(subject.meta.columns[index].name);
        }
    }
    row
}
