//! The resource under test: its callers, rows, bodies and requests.

use serde_json::{Map, Value as JsonValue};

use crate::auth::{Caller, Decision, RoleRef};
use crate::resource::{Column, Kept, Meta, Operation};
use crate::test_util::client::email_of;
use crate::test_util::factory::{Fullness, Plan};
use crate::test_util::{TestApp, TestRequest, TestResponse};

/// A UUID that no row has.
pub(super) const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// Somebody whose rows are not the caller's.
const OTHER: &str = "other@example.com";

pub(super) type Object = Map<String, JsonValue>;

pub(super) struct Subject<'a> {
    pub(super) app: &'a TestApp,
    pub(super) meta: &'static Meta,
    /// `/openapi.json`
    pub(super) document: JsonValue,
    without: &'a [Operation],
    /// What fields have in every row, by index of the column.
    given: Vec<(usize, JsonValue)>,
}

impl<'a> Subject<'a> {
    pub(super) async fn new(
        app: &'a TestApp,
        meta: &'static Meta,
        without: &'a [Operation],
        values: &[(&str, JsonValue)],
    ) -> Self {
        assert!(
            app.maker(meta).is_some(),
            "`{0}` is no resource of the application\nhelp: add `.resource::<{0}>()` to it",
            meta.name
        );
        let given = values.iter().map(|(name, value)| {
            let column = meta.find(name);
            let column = column.unwrap_or_else(|| panic!("`{}` has no field `{name}`", meta.name));
            (column, value.clone())
        });
        let given = given.collect();
        let document = app.get("/openapi.json").send().await.expect(200).json();
        Self {
            app,
            meta,
            document,
            without,
            given,
        }
    }

    /// Whether the operation has a route that is to be looked at.
    pub(super) fn has(&self, operation: Operation) -> bool {
        self.is_routed(operation) && !self.is_left_out(operation)
    }

    pub(super) fn is_routed(&self, operation: Operation) -> bool {
        self.meta.routed().any(|routed| routed == operation)
    }

    pub(super) fn is_left_out(&self, operation: Operation) -> bool {
        self.without.contains(&operation)
    }

    /// Nobody, and each role, lowest first.
    pub(super) fn callers(&self) -> Vec<Caller> {
        let roles = self.app.service().state().services().roles();
        let nobody = std::iter::once(Caller::Anonymous);
        nobody.chain(roles.all().map(Caller::WithRole)).collect()
    }

    /// What the declared rule says of a caller.
    pub(super) fn decide(&self, operation: Operation, caller: Caller) -> Decision {
        let rule = self
            .app
            .service()
            .state()
            .services()
            .rule(self.meta, operation);
        match rule.decide(caller) {
            Decision::OwnRows if self.meta.kept(Kept::Owner).is_none() => Decision::Denied,
            decision => decision,
        }
    }

    /// Whether the caller may do it with rows of their own.
    fn may(&self, operation: Operation, caller: Caller) -> bool {
        let decision = self.decide(operation, caller);
        matches!(decision, Decision::Allowed | Decision::OwnRows)
    }

    /// Who may do all of these with rows of their own, and knows the most fields.
    pub(super) fn caller(&self, operations: &[Operation]) -> Option<Caller> {
        let mut able = self.callers();
        able.retain(|caller| {
            operations
                .iter()
                .all(|operation| self.may(*operation, *caller))
        });
        let known = |caller: &Caller| {
            let role = role(*caller);
            let columns = self.meta.columns.iter();
            let known = columns.filter(|it| it.is_readable_by(role) && it.is_writable_by(role));
            known.count()
        };
        // Of equals the last, which is the highest.
        able.into_iter().max_by_key(known)
    }

    /// As [`Subject::caller`], for operations of which those count that are there.
    pub(super) fn caller_of_any(&self, operations: &[Operation]) -> Option<Caller> {
        let mut there = operations.to_vec();
        there.retain(|operation| self.has(*operation));
        self.caller(&there)
    }

    /// The names of the fields that an answer to the caller shows, sorted.
    pub(super) fn readable(&self, caller: Caller) -> Vec<&'static str> {
        let role = role(caller);
        let columns = self.meta.columns.iter();
        let readable = columns.filter(|column| column.is_readable_by(role));
        let mut names: Vec<_> = readable.map(|column| column.name).collect();
        names.sort_unstable();
        names
    }

    /// A new row of the caller's.
    pub(super) async fn row(&self, owner: Caller) -> JsonValue {
        self.plan(Fullness::Needed)
            .await
            .make(self.app, self.client(owner).as_ref())
            .await
    }

    /// A new row of somebody else's.
    pub(super) async fn row_of_another(&self) -> JsonValue {
        let role = self.app.service().state().services().roles().highest();
        let other = self.app.client(OTHER, role);
        self.plan(Fullness::Needed)
            .await
            .make(self.app, Some(&other))
            .await
    }

    pub(super) async fn plan(&self, fullness: Fullness) -> Plan {
        Plan::new(self.app, self.meta, self.given.clone(), fullness).await
    }

    fn client(&self, caller: Caller) -> Option<crate::test_util::TestClient<'a>> {
        role(caller).map(|role| self.app.client(&email_of(role), role))
    }

    /// `/articles/…` of a row.
    pub(super) fn path(&self, row: &JsonValue) -> String {
        let id = &row[self.meta.id_column().name];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        format!("{}/{id}", self.meta.path)
    }

    /// The path of an operation on a row; for those on none, its own.
    pub(super) fn path_of(&self, operation: Operation, row: &JsonValue) -> String {
        match operation {
            Operation::Restore => format!("{}/restore", self.path(row)),
            _ if operation.is_on_item() => self.path(row),
            _ => self.meta.path_of(operation),
        }
    }

    /// A body that does what the operation is for, of fields that the caller may write.
    pub(super) async fn body(
        &self,
        operation: Operation,
        caller: Caller,
        fullness: Fullness,
    ) -> JsonValue {
        let fields = self.fields(operation, caller, fullness).await;
        match operation {
            Operation::Bulk => serde_json::json!({ "items": [fields] }),
            Operation::Update => serde_json::json!({}),
            _ => JsonValue::Object(fields),
        }
    }

    pub(super) async fn fields(
        &self,
        operation: Operation,
        caller: Caller,
        fullness: Fullness,
    ) -> Object {
        let values = self.plan(fullness).await.values();
        let mut fields = Object::new();
        for (index, value) in values {
            let column = &self.meta.columns[index];
            let is_taken = is_taken(column, operation) && column.is_writable_by(role(caller));
            if is_taken {
                fields.insert(column.name.to_owned(), value);
            }
        }
        fields
    }

    /// A request of the caller's, with a body that is right where there is one.
    pub(super) async fn ask(
        &self,
        operation: Operation,
        caller: Caller,
        row: &JsonValue,
    ) -> TestResponse {
        let request = self.request(operation, caller, &self.path_of(operation, row));
        let request = match operation {
            Operation::Create | Operation::Bulk | Operation::Update | Operation::Replace => {
                request.json(&self.body(operation, caller, Fullness::Needed).await)
            }
            _ => request,
        };
        self.send(operation, request).await
    }

    /// A request of the caller's.
    pub(super) fn request(
        &self,
        operation: Operation,
        caller: Caller,
        path: &str,
    ) -> TestRequest<'a> {
        self.request_by(method(operation), caller, path)
    }

    /// A request of the caller's, of any method.
    pub(super) fn request_by(&self, method: &str, caller: Caller, path: &str) -> TestRequest<'a> {
        let request = self.app.request(method, path);
        match role(caller) {
            Some(role) => request.caller(&email_of(role), role),
            None => request,
        }
    }

    /// Sends a request. Its answer must have a status that the document declares; an error must be a problem body.
    pub(super) async fn send(
        &self,
        operation: Operation,
        request: TestRequest<'_>,
    ) -> TestResponse {
        let response = request.send().await;
        let status = response.status().to_string();
        let documented = &self.operation(operation)["responses"];
        assert!(
            documented.get(&status).is_some(),
            "{response}\nthe document declares no {status} for {} {}",
            method(operation),
            self.meta.path_of(operation)
        );
        if response.status() >= 400 {
            let code = response.json()["code"].as_str().map(str::to_owned);
            let code = code.unwrap_or_else(|| panic!("{response}\nno problem body"));
            response.clone().expect_problem(response.status(), &code);
        }
        response
    }

    /// What the document says of an operation.
    pub(super) fn operation(&self, operation: Operation) -> &JsonValue {
        let method = method(operation).to_lowercase();
        &self.document["paths"][self.meta.path_of(operation)][method]
    }

    /// A row as it is read alone.
    pub(super) async fn read(&self, caller: Caller, row: &JsonValue) -> TestResponse {
        let request = self.request(Operation::Get, caller, &self.path(row));
        self.send(Operation::Get, request).await.expect(200)
    }

    /// How many rows there are, where they can be listed.
    pub(super) async fn total(&self) -> Option<i64> {
        let lister = self.caller(&[Operation::List])?;
        if !self.has(Operation::List) {
            return None;
        }
        let path = format!("{}?limit=1&count=true", self.meta.path);
        let request = self.request(Operation::List, lister, &path);
        let page = self.send(Operation::List, request).await.expect(200).json();
        page["total"].as_i64()
    }
}

/// The caller's role.
pub(super) const fn role(caller: Caller) -> Option<RoleRef> {
    match caller {
        Caller::WithRole(role) => Some(role),
        Caller::Anonymous | Caller::WithoutRole => None,
    }
}

/// Whether bodies of the operation may have the column.
pub(super) fn is_taken(column: &Column, operation: Operation) -> bool {
    match operation {
        Operation::Create | Operation::Bulk => column.is_writable_once(),
        _ => column.is_writable(),
    }
}

/// The method of an operation.
pub(super) const fn method(operation: Operation) -> &'static str {
    match operation {
        Operation::List | Operation::Get => "GET",
        Operation::Create | Operation::Bulk | Operation::Restore => "POST",
        Operation::Update => "PATCH",
        Operation::Replace => "PUT",
        Operation::Delete => "DELETE",
    }
}

/// The strong tag of an answer.
pub(super) fn tag_of(response: &TestResponse) -> String {
    let tag = response.header("etag").unwrap_or_default();
    assert!(tag.starts_with('"'), "{response}\nno strong ETag");
    tag.to_owned()
}

/// The names of a row's fields, sorted.
pub(super) fn names(row: &JsonValue) -> Vec<&str> {
    let fields = row.as_object().into_iter().flatten();
    let mut names: Vec<_> = fields.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names
}

/// The fields that a problem names, each with its code.
pub(super) fn faults(problem: &JsonValue) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    let told = errors.map(|error| Some((error["field"].as_str()?, error["code"].as_str()?)));
    told.flatten().collect()
}
