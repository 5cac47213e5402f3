//! The OpenAPI document is of the resource as it is.

use serde_json::Value as JsonValue;

use crate::resource::Operation;

use super::subject::{Subject, method, names};

pub(super) fn check(subject: &Subject<'_>) {
    for operation in Operation::EVERY {
        let documented = subject.operation(operation);
        let place = format!("{} {}", method(operation), subject.meta.path_of(operation));
        if subject.is_routed(operation) {
            assert!(documented.is_object(), "the document lacks {place}");
            is_guarded(subject, operation, &place, documented);
        } else if !subject.is_left_out(operation) {
            let is_other = operation == Operation::Restore && !subject.meta.soft_delete;
            assert!(
                is_other || documented.is_null(),
                "the document has {place}, which is no route"
            );
        }
    }
    schema_is_of_the_fields(subject);
    if subject.has(Operation::List) {
        parameters_are_of_the_fields(subject);
    }
}

/// What takes a token says so, with the answers to those who have none.
fn is_guarded(subject: &Subject<'_>, operation: Operation, place: &str, documented: &JsonValue) {
    let services = subject.app.service().state().services();
    let rule = services.rule(subject.meta, operation);
    if rule.is_public() {
        return;
    }
    let security = documented["security"]
        .as_array()
        .is_some_and(|it| !it.is_empty());
    assert!(
        security,
        "{place} takes {rule}, and the document asks for no token"
    );
    for status in ["401", "403"] {
        let declared = documented["responses"].get(status);
        let is_any = rule.roles().next().is_none() && status == "403";
        assert!(
            is_any || declared.is_some(),
            "{place} takes {rule}, and the document has no {status}"
        );
    }
}

fn schema_is_of_the_fields(subject: &Subject<'_>) {
    let name = subject.meta.name;
    let schema = &subject.document["components"]["schemas"][name];
    let visible = subject
        .meta
        .columns
        .iter()
        .filter(|column| column.is_visible());
    let mut fields: Vec<_> = visible.map(|column| column.name).collect();
    fields.sort_unstable();
    let mut properties = names(&schema["properties"]);
    // Relations are there when they are asked for.
    properties.retain(|name| subject.meta.find(name).is_some());
    assert_eq!(properties, fields, "the properties of the schema `{name}`");
}

fn parameters_are_of_the_fields(subject: &Subject<'_>) {
    let parameters = subject.operation(Operation::List)["parameters"].as_array();
    let names = parameters.into_iter().flatten();
    let names: Vec<_> = names
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    for column in subject.meta.columns {
        let name = column.name;
        let is_filter = names.contains(&name);
        assert_eq!(
            is_filter, column.filter,
            "`{name}` as a parameter of the list in the document"
        );
    }
}
