//! What is hidden stays so.

use serde_json::Value as JsonValue;

use crate::auth::{Caller, Decision};
use crate::db::Kind;
use crate::resource::Column;
use crate::resource::Operation::{self, Create, Get, List, Replace, Update};
use crate::test_util::TestResponse;
use crate::test_util::factory::Fullness;

use super::subject::{Object, Subject, names, role};

/// Shorter texts may stand in an answer by chance.
const SHORTEST: usize = 6;

pub(super) async fn check(subject: &Subject<'_>) {
    let (row, sent) = full_row(subject).await;
    for caller in subject.callers() {
        for operation in [Get, List, Update, Replace, Create] {
            let may = subject.decide(operation, caller) == Decision::Allowed;
            if subject.has(operation) && may {
                answers(subject, operation, caller, &row, &sent).await;
            }
        }
        if subject.has(List) && subject.decide(List, caller) == Decision::Allowed {
            is_unknown_to_lists(subject, caller).await;
        }
    }
}

/// A row of which all is set, and its values.
async fn full_row(subject: &Subject<'_>) -> (JsonValue, Object) {
    let plan = subject.plan(Fullness::Full).await;
    let values = plan.values();
    let row = plan.make_of(subject.app, None, &values).await;
    let name = |index: usize| subject.meta.columns[index].name.to_owned();
    let fields = values
        .into_iter()
        .map(|(index, value)| (name(index), value));
    (row, fields.collect())
}

async fn answers(
    subject: &Subject<'_>,
    operation: Operation,
    caller: Caller,
    row: &JsonValue,
    sent: &Object,
) {
    let path = subject.path_of(operation, row);
    let request = subject.request(operation, caller, &path);
    let (request, sent) = match operation {
        Create | Replace => {
            let body = subject.fields(operation, caller, Fullness::Full).await;
            (request.json(&JsonValue::Object(body.clone())), body)
        }
        Update => (request.json(&serde_json::json!({})), sent.clone()),
        _ => (request, sent.clone()),
    };
    let response = subject.send(operation, request).await;
    if response.status() < 400 {
        let body = response.json();
        let rows = match operation {
            List => body["items"].as_array().cloned().unwrap_or_default(),
            _ => vec![body],
        };
        let shown = subject.readable(caller);
        for row in rows {
            assert_eq!(
                names(&row),
                shown,
                "{response}\nthe fields that {} may read",
                role(caller).map_or("nobody", |role| role.name())
            );
        }
    }
    holds_nothing_hidden(subject, caller, &response, &sent);
}

/// No value of a hidden field is in the answer, wherever.
fn holds_nothing_hidden(
    subject: &Subject<'_>,
    caller: Caller,
    response: &TestResponse,
    sent: &Object,
) {
    let text = response.text();
    for column in hidden(subject, caller).filter(|column| column.kind == Kind::Text) {
        let value = sent.get(column.name).and_then(JsonValue::as_str);
        let value = value.filter(|value| value.len() >= SHORTEST && column.variants.is_empty());
        assert!(
            value.is_none_or(|value| !text.contains(value)),
            "{response}\nthe answer holds the value of `{}`, which is hidden",
            column.name
        );
    }
}

fn hidden(subject: &Subject<'_>, caller: Caller) -> impl Iterator<Item = &'static Column> + use<> {
    let role = role(caller);
    let columns = subject.meta.columns.iter();
    columns.filter(move |column| !column.is_readable_by(role))
}

async fn is_unknown_to_lists(subject: &Subject<'_>, caller: Caller) {
    for column in hidden(subject, caller) {
        let name = column.name;
        for query in [
            format!("{name}=1"),
            format!("{name}__ne=1"),
            format!("{name}__is_null=true"),
            format!("sort={name}"),
            format!("sort=-{name}"),
            format!("fields={name}"),
        ] {
            let path = format!("{}?{query}", subject.meta.path);
            let request = subject.request(Operation::List, caller, &path);
            let response = subject.send(Operation::List, request).await;
            response.expect_problem(400, "invalid_query");
        }
    }
}
