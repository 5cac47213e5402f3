//! Parameters and ids that can't be meant.

use serde_json::json;

use crate::auth::Caller;
use crate::db::Kind;
use crate::resource::Operation::{self, Get, List};
use crate::resource::{Column, Kept};
use crate::test_util::factory::Fullness;

use super::subject::{NOBODY, Subject, role};

pub(super) async fn check(subject: &Subject<'_>) {
    if let Some(caller) = subject.caller(&[List])
        && subject.has(List)
    {
        of_lists(subject, caller).await;
        filters(subject, caller).await;
    }
    if let Some(caller) = subject.caller(&[Get])
        && subject.has(Get)
    {
        let path = subject.path(&subject.row(caller).await);
        for query in [
            "x=1",
            "fields=no_such_field",
            "include=no_such_relation",
            "limit=1",
        ] {
            is_refused(subject, Get, caller, &format!("{path}?{query}")).await;
        }
    }
    for operation in Operation::EVERY {
        if operation.is_on_item() && subject.has(operation) {
            ids(subject, operation).await;
        }
    }
}

async fn is_refused(subject: &Subject<'_>, operation: Operation, caller: Caller, path: &str) {
    let request = subject.request(operation, caller, path);
    let response = subject.send(operation, request).await;
    assert_eq!(response.status(), 400, "{response}\nit can't be meant");
    response.expect_problem(400, "invalid_query");
}

async fn of_lists(subject: &Subject<'_>, caller: Caller) {
    let most = subject.meta.page_max + 1;
    for query in [
        "x=1",
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=1&limit=1",
        "sort=no_such_field",
        "fields=no_such_field",
        "include=no_such_relation",
        "count=maybe",
        "no_such_field=1",
        &format!("limit={most}"),
    ] {
        is_refused(
            subject,
            List,
            caller,
            &format!("{}?{query}", subject.meta.path),
        )
        .await;
    }
}

/// Filters and sorts are there where they are declared, and nowhere else.
async fn filters(subject: &Subject<'_>, caller: Caller) {
    let role = role(caller);
    let path = subject.meta.path;
    for column in subject.meta.columns {
        let name = column.name;
        let is_known = column.is_readable_by(role);
        if column.filter && is_known {
            is_refused(
                subject,
                List,
                caller,
                &format!("{path}?{name}__no_such_operator=1"),
            )
            .await;
            is_refused(
                subject,
                List,
                caller,
                &format!("{path}?{name}__is_null=maybe"),
            )
            .await;
            if is_parsed(column) {
                is_refused(subject, List, caller, &format!("{path}?{name}=nonsense")).await;
            }
        } else {
            is_refused(subject, List, caller, &format!("{path}?{name}=1")).await;
        }
        // The id breaks ties in any case.
        if is_known && (column.sort || column.kept == Some(Kept::Id)) {
            let path = format!("{path}?sort={name},{name}");
            is_refused(subject, List, caller, &path).await;
        } else {
            is_refused(subject, List, caller, &format!("{path}?sort={name}")).await;
        }
    }
}

/// Whether not every text is a value.
fn is_parsed(column: &Column) -> bool {
    !column.variants.is_empty() || !matches!(column.kind, Kind::Text | Kind::Json | Kind::TextArray)
}

/// An id that does not parse is a 400, one that no row has a 404.
async fn ids(subject: &Subject<'_>, operation: Operation) {
    let Some(caller) = subject.caller(&[operation]) else {
        return;
    };
    let nobody = match subject.meta.id_column().kind {
        Kind::Uuid => NOBODY,
        _ => "2000000000",
    };
    for (id, status, code) in [
        ("not-an-id", 400, "invalid_path"),
        ("%00", 400, "invalid_path"),
        (nobody, 404, "not_found"),
    ] {
        let id_path = json!({ subject.meta.id_column().name: id });
        let path = subject.path_of(operation, &id_path);
        let request = subject.request(operation, caller, &path);
        let request = match operation {
            Operation::Update | Operation::Replace => {
                request.json(&subject.body(operation, caller, Fullness::Needed).await)
            }
            _ => request,
        };
        let response = subject.send(operation, request).await;
        assert_eq!(response.status(), status, "{response}\nthe id {id}");
        response.expect_problem(status, code);
    }
}
