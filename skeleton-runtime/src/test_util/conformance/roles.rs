//! Who may do what.

use serde_json::Value as JsonValue;

use crate::auth::{Caller, Decision};
use crate::resource::Operation;
use crate::test_util::TestResponse;

use super::subject::{Subject, is_taken, role};

/// Tries each operation as each caller.
pub(super) async fn check(subject: &Subject<'_>) {
    for operation in Operation::EVERY {
        if subject.is_left_out(operation) {
            continue;
        }
        if !subject.is_routed(operation) {
            has_no_route(subject, operation).await;
            continue;
        }
        for caller in subject.callers() {
            try_as(subject, operation, caller).await;
        }
    }
}

async fn has_no_route(subject: &Subject<'_>, operation: Operation) {
    // That would be the path of another operation, with an id that is none.
    if operation == Operation::Restore && !subject.meta.soft_delete {
        return;
    }
    let highest = subject.app.service().state().services().roles().highest();
    let highest = Caller::WithRole(highest);
    let row = subject.row(highest).await;
    let request = subject.request(operation, highest, &subject.path_of(operation, &row));
    let response = request.json(&serde_json::json!({})).send().await;
    assert!(
        [404, 405].contains(&response.status()),
        "{response}\n`{}` is not declared, and has a route",
        operation.name()
    );
}

async fn try_as(subject: &Subject<'_>, operation: Operation, caller: Caller) {
    let decision = subject.decide(operation, caller);
    let others = subject.row_of_another().await;
    let (expected, why) = match decision {
        Decision::Allowed => (
            done(subject, operation, caller),
            "the rule lets them through",
        ),
        Decision::OwnRows if subject.decide(Operation::Get, caller) == Decision::Allowed => {
            (403, "the row is another's, and they may read it")
        }
        Decision::OwnRows => (404, "the row is another's, and they may not read it"),
        Decision::NeedsToken => (401, "there is no token"),
        Decision::Denied => (403, "the rule does not let them through"),
    };
    let response = on_row(subject, operation, caller, &others).await;
    expect(&response, expected, operation, caller, why);
    if expected == 401 {
        let challenge = response.header("www-authenticate").unwrap_or_default();
        assert!(
            challenge.starts_with("Bearer"),
            "{response}\nno WWW-Authenticate: Bearer"
        );
    }
    if decision == Decision::OwnRows {
        let own = subject.row(caller).await;
        let response = on_row(subject, operation, caller, &own).await;
        let expected = done(subject, operation, caller);
        expect(
            &response,
            expected,
            operation,
            caller,
            "the row is their own",
        );
    }
}

/// Does it to a row; if it is refused, the row is as it was.
async fn on_row(
    subject: &Subject<'_>,
    operation: Operation,
    caller: Caller,
    row: &JsonValue,
) -> TestResponse {
    if operation == Operation::Restore {
        delete(subject, row).await;
        return subject.ask(operation, caller, row).await;
    }
    let reader = subject.caller_for_all_rows(Operation::Get);
    let before = match reader {
        Some(reader) => Some((reader, subject.read(reader, row).await.json())),
        None => None,
    };
    let response = subject.ask(operation, caller, row).await;
    if let Some((reader, before)) = before
        && response.status() >= 400
    {
        let after = subject.read(reader, row).await.json();
        assert_eq!(
            before, after,
            "{response}\nthe row was changed all the same"
        );
    }
    response
}

/// By whoever may.
async fn delete(subject: &Subject<'_>, row: &JsonValue) {
    let deleter = subject.caller_for_all_rows(Operation::Delete);
    let deleter = deleter.expect("who may restore rows may delete them");
    let request = subject.request(Operation::Delete, deleter, &subject.path(row));
    subject.send(Operation::Delete, request).await.expect(204);
}

impl Subject<'_> {
    /// Who may do it with any row.
    fn caller_for_all_rows(&self, operation: Operation) -> Option<Caller> {
        let mut callers = self.callers().into_iter();
        let may = |caller: &Caller| self.decide(operation, *caller) == Decision::Allowed;
        callers.find(|caller| self.has(operation) && may(caller))
    }
}

/// The status of success. A create without a field that it needs and the caller may not write is none.
fn done(subject: &Subject<'_>, operation: Operation, caller: Caller) -> u16 {
    let is_short = || {
        subject.meta.columns.iter().any(|column| {
            is_taken(column, operation)
                && !column.nullable
                && !column.has_default
                && !column.is_writable_by(role(caller))
        })
    };
    match operation {
        Operation::Create | Operation::Bulk if is_short() => 403,
        Operation::Create | Operation::Bulk => 201,
        Operation::Delete => 204,
        _ => 200,
    }
}

fn expect(response: &TestResponse, expected: u16, operation: Operation, caller: Caller, why: &str) {
    assert!(
        response.status() == expected,
        "{response}\n`{}` by {} is to be answered {expected}: {why}",
        operation.name(),
        role(caller).map_or("nobody", |role| role.name()),
    );
}
