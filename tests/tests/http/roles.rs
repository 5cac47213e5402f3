//! Who may do what in the newsroom: every operation, role and field is tried, and compared with what is checked in.
//!
//! After a wanted change: `cargo run -p example-app -- roles > example-app/roles.snap`, and review the difference.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use skeleton_runtime::auth::{RoleRef, RoleSet as _};
use skeleton_runtime::db::{Statement, Value as Bound};
use skeleton_runtime::prelude::*;
use skeleton_runtime::resource::{Operation, Resource};
use skeleton_runtime::test_util::{TestApp, TestRequest, TestResponse};

use crate::common::{ANN, on_both, path_of};

const MATRIX: &str = include_str!("../../../example-app/roles.snap");

const CALLERS: [Option<Role>; 5] = [
    None,
    Some(Role::Viewer),
    Some(Role::Member),
    Some(Role::Admin),
    Some(Role::Owner),
];

/// A resource and what its rows are made of.
struct Subject {
    path: &'static str,
    table: &'static str,
    /// The column of the owner.
    owner: Option<&'static str>,
    /// A body that makes a row.
    body: Value,
    /// Values for every field that there is.
    sample: Value,
}

/// The matrix as the service answers it.
struct Walk<'a> {
    app: &'a TestApp,
    /// Makes values that nobody has yet.
    count: usize,
}

impl Walk<'_> {
    fn request(&self, caller: Option<Role>, method: &str, path: &str) -> TestRequest<'_> {
        let request = self.app.request(method, path);
        match caller {
            Some(role) => request.as_role(role),
            None => request,
        }
    }

    /// A body with values of its own where they must be unique.
    fn fresh(&mut self, body: &Value) -> Value {
        self.count += 1;
        let mut body = body.clone();
        if let Some(name) = body.get_mut("name") {
            *name = json!(format!("Name {}", self.count));
        }
        body
    }

    /// A row of the caller's, or of somebody else.
    async fn row(&mut self, subject: &Subject, owner: Option<Role>) -> String {
        let body = self.fresh(&subject.body);
        let made = self
            .app
            .post(subject.path)
            .as_account("maker@example.com", Role::Admin);
        let made = made.json(&body).send().await.expect(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        if let (Some(column), Some(role)) = (subject.owner, owner) {
            let email = format!("{}@example.com", role.role().name().to_lowercase());
            let account = self.app.account(&email, role.role()).await;
            let sql = format!("UPDATE {} SET {column} = $1 WHERE id = $2", subject.table);
            let binds = vec![Bound::Uuid(account.id), Bound::Uuid(id.parse().unwrap())];
            self.app
                .db()
                .execute(Statement::with_binds(sql, binds))
                .await
                .unwrap();
        }
        format!("{}/{id}", subject.path)
    }

    /// `yes` for any row, `own` for one's own.
    async fn on_row(
        &mut self,
        subject: &Subject,
        caller: Option<Role>,
        send: impl AsyncFn(&Self, &str) -> TestResponse,
    ) -> &'static str {
        let others = self.row(subject, None).await;
        if is_through(&send(self, &others).await) {
            return "yes";
        }
        let own = self.row(subject, caller).await;
        if is_through(&send(self, &own).await) {
            "own"
        } else {
            "-"
        }
    }

    async fn operation(
        &mut self,
        subject: &Subject,
        operation: &str,
        caller: Option<Role>,
    ) -> &'static str {
        let body = self.fresh(&subject.body);
        let yes = |response: &TestResponse| if is_through(response) { "yes" } else { "-" };
        match operation {
            "list" => yes(&self.request(caller, "GET", subject.path).send().await),
            "create" => yes(&self
                .request(caller, "POST", subject.path)
                .json(&body)
                .send()
                .await),
            "bulk" => {
                let path = format!("{}/bulk", subject.path);
                let items = json!({ "items": [body] });
                yes(&self
                    .request(caller, "POST", &path)
                    .json(&items)
                    .send()
                    .await)
            }
            _ => {
                let (method, body) = match operation {
                    "get" => ("GET", None),
                    "delete" => ("DELETE", None),
                    "update" => ("PATCH", Some(json!({}))),
                    "replace" => ("PUT", Some(without(&body, &["article_id"]))),
                    other => panic!("{other} is not walked"),
                };
                let send = async |walk: &Self, path: &str| {
                    let request = walk.request(caller, method, path);
                    match &body {
                        Some(body) => request.json(body).send().await,
                        None => request.send().await,
                    }
                };
                self.on_row(subject, caller, send).await
            }
        }
    }

    /// The letters of what the caller may do with a field.
    async fn field(&mut self, subject: &Subject, field: &str, caller: Option<Role>) -> String {
        let mut letters = String::new();
        let own = self.row(subject, caller).await;
        let row = self.request(caller, "GET", &own).send().await;
        if row.status() == 200 && row.json().get(field).is_some() {
            letters.push('r');
        }
        let mut body = self.fresh(&subject.body);
        body[field] = self.fresh(&subject.sample)[field].clone();
        let create = self.request(caller, "POST", subject.path).json(&body);
        if is_through(&create.send().await) {
            letters.push('c');
        }
        let sample = self.fresh(&subject.sample)[field].clone();
        let patch = self
            .request(caller, "PATCH", &own)
            .json(&json!({ field: sample }));
        if is_through(&patch.send().await) {
            letters.push('u');
        }
        if letters.is_empty() {
            "-".to_owned()
        } else {
            letters
        }
    }
}

/// Whether it was done, as against refused for who asked or for what may not be written by whomever asks.
fn is_through(response: &TestResponse) -> bool {
    match response.status() {
        200 | 201 | 204 => true,
        401 | 403 | 405 => false,
        422 => {
            let problem = response.json();
            let codes: BTreeSet<_> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|error| error["code"].as_str().unwrap().to_owned())
                .collect();
            let refused = ["read_only", "unknown"].map(str::to_owned).into();
            assert!(
                codes.is_subset(&refused),
                "neither done nor refused: {problem}"
            );
            false
        }
        other => panic!("neither done nor refused: {other} {}", response.text()),
    }
}

fn without(body: &Value, names: &[&str]) -> Value {
    let fields = body.as_object().unwrap().iter();
    let kept = fields.filter(|(name, _)| !names.contains(&name.as_str()));
    Value::Object(
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Map<_, _>>(),
    )
}

async fn subjects(app: &TestApp) -> [Subject; 3] {
    let article = app.post("/articles").as_role(Role::Owner);
    let article = article
        .json(&json!({"title": "A", "body": ""}))
        .send()
        .await
        .expect(201)
        .json();
    let category = app.post("/categories").as_role(Role::Owner);
    let category = category
        .json(&json!({"name": "Shelf"}))
        .send()
        .await
        .expect(201)
        .json();
    let now = "2026-01-02T03:04:05Z";
    [
        Subject {
            path: "/categories",
            table: "categories",
            owner: None,
            body: json!({"name": ""}),
            sample: json!({"id": category["id"], "name": "", "description": "D", "position": 1}),
        },
        Subject {
            path: "/articles",
            table: "articles",
            owner: Some("author_id"),
            body: json!({"title": "T", "body": "B"}),
            sample: json!({
                "id": article["id"], "title": "U", "slug": "s", "body": "C", "status": "archived",
                "views": 1, "rating": "1.5", "metadata": {"a": 1}, "category_id": category["id"],
                "author_id": article["author_id"], "published_at": now, "created_at": now, "updated_at": now,
            }),
        },
        Subject {
            path: "/comments",
            table: "comments",
            owner: Some("author_id"),
            body: json!({"article_id": article["id"], "body": "B"}),
            sample: json!({
                "id": article["id"], "article_id": article["id"], "body": "C",
                "author_id": article["author_id"], "created_at": now,
            }),
        },
    ]
}

/// The table of a resource in the matrix that is checked in: its lines, the first with the roles.
fn table(title: &str) -> Vec<&'static str> {
    let mut tables = MATRIX.split("\n\n");
    let is_it = |table: &&str| table.split_whitespace().next() == Some(title);
    let table = tables
        .find(is_it)
        .unwrap_or_else(|| panic!("there is no {title}"));
    table.lines().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_matrix_is_what_the_service_does() {
    on_both(async |app| {
        let mut walk = Walk { app, count: 0 };
        for subject in subjects(app).await {
            let mut tried = String::new();
            let mut expected = String::new();
            for line in &table(subject.path)[1..] {
                let cells: Vec<_> = line.split_whitespace().collect();
                let _ = writeln!(expected, "{}", cells.join(" "));
                let name = cells[0];
                let _ = write!(tried, "{name}");
                for caller in CALLERS {
                    let cell = match name.strip_prefix('.') {
                        Some(field) => walk.field(&subject, field, caller).await,
                        None => walk.operation(&subject, name, caller).await.to_owned(),
                    };
                    let _ = write!(tried, " {cell}");
                }
                tried.push('\n');
            }
            assert_eq!(tried, expected, "{}", subject.path);
            let row = walk.row(&subject, None).await;
            let row = walk
                .request(Some(Role::Owner), "GET", &row)
                .send()
                .await
                .json();
            for field in row.as_object().unwrap().keys() {
                let name = format!(".{field} ");
                assert!(expected.contains(&name), "{} lacks {field}", subject.path);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_are_as_guarded_as_the_matrix_says() {
    on_both(async |app| {
        let subjects = subjects(app).await;
        let mut walk = Walk { app, count: 0 };
        let lines = table("handlers");
        for line in &lines[1..] {
            let cells: Vec<_> = line.split_whitespace().collect();
            assert_eq!(
                cells[..2],
                ["POST", "/articles/{id}/publish"],
                "a new one is to be tried here"
            );
            for (caller, cell) in CALLERS.into_iter().zip(&cells[2..]) {
                let path = format!("{}/publish", walk.row(&subjects[1], None).await);
                let response = walk.request(caller, "POST", &path).send().await;
                assert_eq!(
                    if is_through(&response) { "yes" } else { "-" },
                    *cell,
                    "{caller:?}"
                );
            }
        }
    })
    .await;
}

#[test]
fn the_program_prints_what_is_checked_in() {
    let printed = example_app::app().role_matrix();
    assert_eq!(
        printed, MATRIX,
        "if it is meant so: cargo run -p example-app -- roles > example-app/roles.snap"
    );
}

/// Notes have a rule for `update` and none for `replace`.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_replaced_by_whoever_may_update_it() {
    crate::hooks::on_both(async |app| {
        let note = crate::hooks::note(app, "A").await;
        let path = path_of("/notes", &note);
        let body = json!({"title": "B"});
        for verb in ["PATCH", "PUT"] {
            let request = || app.request(verb, &path).json(&body);
            let nobody = request().send().await;
            nobody.expect_problem(401, "unauthenticated");
            for role in [Role::Viewer, Role::Member] {
                let stranger = request().as_role(role).send().await;
                stranger.expect_problem(403, "forbidden");
            }
        }
        let kept = app.get(&path).as_role(Role::Viewer).send().await;
        assert_eq!(kept.expect(200).json()["title"], "A");
        for request in [
            app.put(&path).as_account(ANN, Role::Member),
            app.put(&path).as_role(Role::Admin),
        ] {
            request.json(&body).send().await.expect(200);
        }
    })
    .await;
}

/// A rule for `replace`, and none.
mod replaced {
    use skeleton_runtime::prelude::*;

    #[resource(table = false)]
    #[requires_role(write = Viewer, create = Member, update = Admin)]
    pub(super) struct Followed {
        pub(super) id: Uuid,
    }

    #[resource(table = false)]
    #[requires_role(update = Admin, replace = Owner)]
    pub(super) struct Named {
        pub(super) id: Uuid,
    }
}

#[test]
fn the_rule_of_an_update_comes_before_that_of_all_writes() {
    fn rule<T: Resource>() -> Vec<&'static str> {
        let rule = T::meta().own_rule(Operation::Replace).unwrap();
        rule.roles().map(RoleRef::name).collect()
    }
    assert_eq!(rule::<replaced::Followed>(), ["ADMIN"]);
    assert_eq!(rule::<replaced::Named>(), ["OWNER"]);
}
