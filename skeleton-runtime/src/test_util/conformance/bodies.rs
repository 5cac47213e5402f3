//! Bodies that break a rule.

use serde_json::{Value as JsonValue, json};
use uuid::Uuid;

use crate::auth::Caller;
use crate::db::Kind;
use crate::resource::Operation::{self, Create, Replace, Update};
use crate::resource::{Check, Checked, Column};
use crate::test_util::TestResponse;
use crate::test_util::factory::Fullness;

use super::subject::{Object, Subject, faults, is_taken, role};

pub(super) async fn check(subject: &Subject<'_>) {
    for operation in [Create, Update, Replace] {
        let Some(caller) = subject.caller(&[operation]) else {
            continue;
        };
        if !subject.has(operation) {
            continue;
        }
        let attempt = Attempt::new(subject, operation, caller).await;
        attempt.what_is_no_object().await;
        attempt.wrong_fields().await;
        attempt.wrong_values().await;
        attempt.all_at_once().await;
        attempt.references().await;
        attempt.nothing_was_written().await;
    }
    if let Some(caller) = subject.caller(&[Create])
        && subject.has(Create)
    {
        taken(subject, caller).await;
    }
}

/// Writes that are refused.
struct Attempt<'s, 'a> {
    subject: &'s Subject<'a>,
    operation: Operation,
    caller: Caller,
    row: JsonValue,
    /// What is right.
    fields: Object,
    total: Option<i64>,
}

impl<'s, 'a> Attempt<'s, 'a> {
    async fn new(subject: &'s Subject<'a>, operation: Operation, caller: Caller) -> Self {
        let row = subject.row(caller).await;
        let fields = subject.fields(operation, caller, Fullness::Needed).await;
        let total = subject.total().await;
        Self {
            subject,
            operation,
            caller,
            row,
            fields,
            total,
        }
    }

    async fn send(&self, content_type: &str, body: impl Into<Vec<u8>>) -> TestResponse {
        let path = self.subject.path_of(self.operation, &self.row);
        let request = self.subject.request(self.operation, self.caller, &path);
        let request = request.body(content_type, body);
        self.subject.send(self.operation, request).await
    }

    /// Holds the faults of a body with one field that is another.
    async fn refused(&self, field: &str, value: JsonValue, codes: &[&str], why: &str) {
        let mut body = self.fields.clone();
        body.insert(field.to_owned(), value);
        self.refused_body(&body, field, codes, why).await;
    }

    async fn refused_body(&self, body: &Object, field: &str, codes: &[&str], why: &str) {
        let text = JsonValue::Object(body.clone()).to_string();
        let response = self.send("application/json", text).await;
        assert_eq!(response.status(), 422, "{response}\n`{field}` {why}");
        let problem = response.expect_problem(422, "validation_failed");
        let told = faults(&problem);
        let mut of_field = told.iter().filter(|(name, _)| *name == field);
        assert!(
            of_field.any(|(_, code)| codes.is_empty() || codes.contains(code)),
            "{problem}\n`{field}` {why}: expected a fault of it, of {codes:?}"
        );
    }

    /// The columns that such a body may have.
    fn columns(&self) -> impl Iterator<Item = &'static Column> + use<> {
        let (operation, role) = (self.operation, role(self.caller));
        let columns = self.subject.meta.columns.iter();
        columns.filter(move |it| is_taken(it, operation) && it.is_writable_by(role))
    }

    async fn what_is_no_object(&self) {
        let json = "application/json";
        let whole = JsonValue::Object(self.fields.clone()).to_string();
        for text in ["", "{", "{\"a\":1,\"a\":2}", "nonsense"] {
            let response = self.send(json, text).await;
            response.expect_problem(400, "malformed_json");
        }
        for text in ["[]", "1", "null"] {
            let response = self.send(json, text).await;
            response.expect_problem(422, "validation_failed");
        }
        for other in ["text/plain", "application/x-www-form-urlencoded"] {
            let response = self.send(other, whole.clone()).await;
            response.expect_problem(415, "unsupported_media_type");
        }
        let path = format!("{}?x=1", self.subject.path_of(self.operation, &self.row));
        let request = self.subject.request(self.operation, self.caller, &path);
        let request = request.body(json, whole);
        let response = self.subject.send(self.operation, request).await;
        response.expect_problem(400, "invalid_query");
    }

    /// Unknown fields, those that are read-only, and missing ones.
    async fn wrong_fields(&self) {
        self.refused("no_such_field", json!(1), &["unknown"], "is not there")
            .await;
        for column in self.subject.meta.columns {
            if !is_taken(column, self.operation) {
                let codes = ["read_only", "unknown"];
                self.refused(column.name, json!(1), &codes, "can't be written")
                    .await;
            }
        }
        if self.operation == Update {
            return;
        }
        for column in self.columns().filter(|it| !it.nullable && !it.has_default) {
            let mut body = self.fields.clone();
            body.remove(column.name);
            self.refused_body(&body, column.name, &["required"], "is missing")
                .await;
        }
    }

    async fn wrong_values(&self) {
        for column in self.columns() {
            if !column.nullable && column.kind != Kind::Json {
                self.refused(column.name, json!(null), &["null"], "is not nullable")
                    .await;
            }
            if let Some(wrong) = of_another_type(column) {
                self.refused(column.name, wrong, &["type", "enum"], "is of another type")
                    .await;
            }
            if column.kind == Kind::Text && column.variants.is_empty() {
                self.refused(
                    column.name,
                    json!("a\u{0}b"),
                    &[],
                    "has the character U+0000",
                )
                .await;
            }
            for (check, wrong) in breaking(column) {
                self.refused(column.name, wrong, &[check.code()], &check.message())
                    .await;
            }
        }
    }

    /// Every fault is in one answer.
    async fn all_at_once(&self) {
        let mut body = Object::new();
        for column in self.columns() {
            if let Some(wrong) = of_another_type(column) {
                body.insert(column.name.to_owned(), wrong);
            }
        }
        let mut names: Vec<_> = body.keys().cloned().collect();
        body.insert("no_such_field".to_owned(), json!(1));
        names.push("no_such_field".to_owned());
        let text = JsonValue::Object(body).to_string();
        let response = self.send("application/json", text).await;
        let problem = response.expect_problem(422, "validation_failed");
        let told = faults(&problem);
        for name in names.iter().take(crate::error::MOST_FAULTS) {
            let is_told = told.iter().any(|(field, _)| field == name);
            assert!(
                is_told,
                "{problem}\nall faults come at once, and `{name}` is not among them"
            );
        }
    }

    /// Rows that are not there.
    async fn references(&self) {
        for column in self.columns().filter(|column| column.references.is_some()) {
            let nobody = match column.kind {
                Kind::Uuid => json!(Uuid::now_v7()),
                _ => json!(2_000_000_000),
            };
            let why = "refers to no row";
            self.refused(column.name, nobody, &["reference"], why).await;
        }
    }

    async fn nothing_was_written(&self) {
        let total = self.subject.total().await;
        let operation = self.operation.name();
        assert_eq!(
            total, self.total,
            "`{operation}` made rows of bodies that it refused"
        );
        if self.subject.has(Operation::Get)
            && let Some(reader) = self.subject.caller(&[Operation::Get, self.operation])
            && reader == self.caller
        {
            let row = self.subject.read(reader, &self.row).await.json();
            for (name, value) in self.row.as_object().into_iter().flatten() {
                let is_same = row.get(name).is_none_or(|now| now == value);
                assert!(
                    is_same,
                    "{row}\n`{operation}` wrote `{name}` of a body that it refused"
                );
            }
        }
    }
}

/// JSON that no value of the column has; `None` where any might be one.
fn of_another_type(column: &Column) -> Option<JsonValue> {
    match column.kind {
        Kind::Json => None,
        Kind::Bool | Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64 => Some(json!("x")),
        _ => Some(json!(7)),
    }
}

/// For each rule a value that breaks it, as far as one is found.
fn breaking(column: &Column) -> Vec<(&'static Check, JsonValue)> {
    let mut found = Vec::new();
    for check in column.checks {
        for value in around(column, check) {
            let checked = match (&value, column.kind) {
                (JsonValue::String(text), Kind::Text) => Checked::Text(text),
                (JsonValue::Number(number), Kind::F32 | Kind::F64) => {
                    Checked::Float(number.as_f64().unwrap_or_default())
                }
                (JsonValue::Number(number), _) => Checked::Int(number.as_i64().unwrap_or_default()),
                (JsonValue::Array(items), _) => Checked::Count(items.len()),
                _ => Checked::Nothing,
            };
            if check.fault(checked).is_some() {
                found.push((check, value));
            }
        }
    }
    found
}

/// Values at the edges of a rule, some of which break it.
fn around(column: &Column, check: &Check) -> Vec<JsonValue> {
    match (check, column.kind) {
        (Check::Length { min, max, .. }, kind) => {
            let lengths = [
                min.and_then(|min| min.checked_sub(1)),
                max.and_then(|max| max.checked_add(1)),
            ];
            let lengths = lengths
                .into_iter()
                .flatten()
                .filter(|length| *length <= 100_000);
            let value = |length| match kind {
                Kind::Text => Some(json!("a".repeat(length))),
                Kind::TextArray => Some(json!(vec!["a"; length])),
                _ => None,
            };
            lengths.filter_map(value).collect()
        }
        (Check::IntRange { min, max }, kind) => {
            let below = min.and_then(|min| min.checked_sub(1));
            let above = max.and_then(|max| max.checked_add(1));
            let fits = |number: &i64| match kind {
                Kind::I16 => i16::try_from(*number).is_ok(),
                Kind::I32 => i32::try_from(*number).is_ok(),
                _ => true,
            };
            let numbers = [below, above].into_iter().flatten().filter(fits);
            numbers.map(|number| json!(number)).collect()
        }
        (Check::FloatRange { min, max }, Kind::F32 | Kind::F64) => {
            let numbers = [min.map(|min| min - 1.0), max.map(|max| max + 1.0)];
            numbers
                .into_iter()
                .flatten()
                .map(|number| json!(number))
                .collect()
        }
        (_, Kind::Text) => ["~", "\u{e9} \u{1}", "not one"].map(JsonValue::from).into(),
        _ => Vec::new(),
    }
}

/// A value that must be unique is refused the second time.
async fn taken(subject: &Subject<'_>, caller: Caller) {
    let columns = subject.meta.columns.iter();
    let is_sent =
        |it: &&Column| it.unique && it.is_writable_once() && it.is_writable_by(role(caller));
    for column in columns.filter(is_sent) {
        let fields = subject.fields(Create, caller, Fullness::Full).await;
        let send = async |fields: Object| {
            let request = subject.request(Create, caller, subject.meta.path);
            subject
                .send(Create, request.json(&JsonValue::Object(fields)))
                .await
        };
        let first = send(fields.clone()).await.expect(201).json();
        let mut second = subject.fields(Create, caller, Fullness::Full).await;
        let Some(value) = fields.get(column.name) else {
            continue;
        };
        // A hook may have made another value of it.
        if first.get(column.name) != Some(value) {
            continue;
        }
        second.insert(column.name.to_owned(), value.clone());
        let response = send(second).await;
        let problem = response.expect_problem(409, "conflict");
        let is_named = faults(&problem)
            .iter()
            .any(|(field, _)| *field == column.name);
        assert!(
            is_named,
            "{problem}\n`{}` is taken, and the problem does not say so",
            column.name
        );
    }
}
