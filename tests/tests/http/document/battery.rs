//! Requests that go wrong in each way there is, for any operation.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use skeleton_runtime::auth::{Authenticator, Role};
use skeleton_runtime::axum::extract::FromRef as _;
use skeleton_runtime::db::Statement;
use skeleton_runtime::test_util::{TestApp, TestRequest, TestResponse};

use super::Operation;
use crate::common::{NOBODY, article, article_with, category, comment};

const PASSWORD: &str = "correct horse battery";
pub(super) const OWNER: &str = "owner@example.com";

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    Nothing,
    NoToken,
    LowRole,
    Query,
    Cursor,
    Path,
    Row,
    /// Something refers to the row, or it has a value that another row must not have.
    Taken,
    Tag,
    /// The caller is the last of the highest role, and would be less.
    LastOwner,
    NotJson,
    Fields,
    MediaType,
    Size,
    Key,
    Credentials,
    RefreshToken,
    GrantType,
}

impl Wrong {
    pub(super) const ALL: [Self; 18] = [
        Self::Nothing,
        Self::NoToken,
        Self::LowRole,
        Self::Query,
        Self::Cursor,
        Self::Path,
        Self::Row,
        Self::Taken,
        Self::Tag,
        Self::LastOwner,
        Self::NotJson,
        Self::Fields,
        Self::MediaType,
        Self::Size,
        Self::Key,
        Self::Credentials,
        Self::RefreshToken,
        Self::GrantType,
    ];
}

/// A number that was not used before.
fn fresh() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An account with a password, and a login of it.
struct Login {
    id: String,
    email: String,
    access: String,
    refresh: String,
}

async fn log_in(app: &TestApp) -> Login {
    let email = format!("account-{}@example.com", fresh());
    let body = json!({ "email": email, "password": PASSWORD });
    let account = app.post("/auth/register").json(&body).send().await;
    let tokens = app.post("/auth/token").json(&body).send().await;
    let (account, tokens) = (account.expect(201).json(), tokens.expect(200).json());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Login {
        id: text(&account["id"]),
        email,
        access: text(&tokens["access_token"]),
        refresh: text(&tokens["refresh_token"]),
    }
}

/// The id of a row that is there; `is_held` where another refers to it.
async fn row(app: &TestApp, collection: &str, login: &Login, is_held: bool) -> String {
    let made = match collection {
        "/articles" => article(app, "A title").await,
        "/comments" => comment(app, &article(app, "A title").await).await,
        "/categories" => {
            let category = category(app, &format!("Category {}", fresh())).await;
            if is_held {
                let body = json!({ "title": "A", "body": "", "category_id": category["id"] });
                article_with(app, &body).await;
            }
            category
        }
        "/users" if is_held => {
            let article = article(app, "A title").await;
            json!({ "id": article["author_id"] })
        }
        "/users" => json!({ "id": login.id }),
        "/auth/sessions" => {
            let sessions = app.get("/auth/sessions").bearer(&login.access);
            sessions.send().await.expect(200).json()["items"][0].clone()
        }
        other => panic!("there are no rows in {other}"),
    };
    made["id"].as_str().unwrap().to_owned()
}

async fn path(app: &TestApp, operation: &Operation, login: &Login, wrong: Wrong) -> String {
    let Some((collection, rest)) = operation.path.split_once("/{id}") else {
        return operation.path.clone();
    };
    let id = match wrong {
        Wrong::Path => "1".to_owned(),
        Wrong::Row => NOBODY.to_owned(),
        Wrong::LastOwner if collection == "/users" => {
            let owner = app.get("/auth/me").as_account(OWNER, Role::Owner);
            owner.send().await.expect(200).json()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        }
        _ => row(app, collection, login, wrong == Wrong::Taken).await,
    };
    format!("{collection}/{id}{rest}")
}

/// The example of the document, of rows that are there and values that nobody has.
async fn body(app: &TestApp, operation: &Operation, login: &Login, wrong: Wrong) -> Option<Value> {
    let mut body = operation.told["requestBody"]["content"]["application/json"]["example"].clone();
    let members = body.as_object_mut()?;
    let mut set = |name: &str, value: Value| {
        if let Some(member) = members.get_mut(name) {
            *member = value;
        }
    };
    if operation.path.starts_with("/categories") {
        set("name", json!(format!("Category {}", fresh())));
    }
    if operation.path == "/comments" {
        set("article_id", article(app, "A title").await["id"].clone());
    }
    if operation.path == "/auth/setup" {
        let authenticator = Authenticator::from_ref(app.service().state());
        let token = authenticator.begin_setup().await.unwrap();
        set("token", json!(token.unwrap().into_exposed()));
    }
    if ["/auth/register", "/auth/setup"].contains(&operation.path.as_str()) {
        set("email", json!(format!("new-{}@example.com", fresh())));
    } else {
        set("email", json!(login.email));
    }
    set("current_password", json!(PASSWORD));
    set("refresh_token", json!(login.refresh));
    match wrong {
        Wrong::Taken => {
            set(
                "name",
                category(app, &format!("Taken {}", fresh())).await["name"].clone(),
            );
            set("email", json!(login.email));
        }
        Wrong::Credentials => {
            set("password", json!("another"));
            set("current_password", json!("another"));
        }
        Wrong::RefreshToken => {
            set("refresh_token", json!("A".repeat(43)));
            set("token", json!("A".repeat(43)));
        }
        Wrong::LastOwner => set("role", json!("MEMBER")),
        Wrong::Fields => {
            members.insert("zzz".to_owned(), json!(1));
        }
        _ => {}
    }
    Some(body)
}

/// Who calls: for what is everybody's own an account of its own, else the one above all others.
fn with_caller<'a>(
    request: TestRequest<'a>,
    operation: &Operation,
    login: &Login,
    wrong: Wrong,
) -> TestRequest<'a> {
    match wrong {
        Wrong::NoToken => request,
        _ if operation.path.starts_with("/auth") => request.bearer(&login.access),
        Wrong::LowRole => request.as_account("low@example.com", Role::Viewer),
        _ => request.as_account(OWNER, Role::Owner),
    }
}

/// Sends the operation with one thing wrong; where that makes no sense for it, it is sent as it should be.
pub(super) async fn send(app: &TestApp, operation: &Operation, wrong: Wrong) -> TestResponse {
    if operation.path != "/auth/setup" {
        return send_as_it_is(app, operation, wrong).await;
    }
    // It is for a service without an owner.
    run(app, "UPDATE users SET role = 'ADMIN' WHERE role = 'OWNER'").await;
    let response = send_as_it_is(app, operation, wrong).await;
    run(app, "UPDATE users SET role = 'ADMIN' WHERE role = 'OWNER'").await;
    run(
        app,
        "UPDATE users SET role = 'OWNER' WHERE email = 'owner@example.com'",
    )
    .await;
    response
}

/// A statement beside the service.
async fn run(app: &TestApp, sql: &'static str) {
    app.db().execute(Statement::new(sql)).await.unwrap();
}

async fn send_as_it_is(app: &TestApp, operation: &Operation, wrong: Wrong) -> TestResponse {
    let login = log_in(app).await;
    let mut path = path(app, operation, &login, wrong).await;
    match wrong {
        Wrong::Query => path.push_str("?colour=red"),
        Wrong::Cursor => path.push_str("?cursor=AAAA"),
        _ => {}
    }
    let body = body(app, operation, &login, wrong).await;
    let request = || {
        let request = app.request(&operation.method, &path);
        with_caller(request, operation, &login, wrong)
    };
    let mut asked = request();
    if wrong == Wrong::Tag {
        asked = asked.header("if-match", "\"another\"");
    }
    let has_key = operation.told["parameters"].as_array().is_some_and(|all| {
        all.iter()
            .any(|parameter| parameter["name"] == "Idempotency-Key")
    });
    if let (Wrong::Key, true, Some(body)) = (wrong, has_key, &body) {
        let key = format!("key-{}", fresh());
        let first = request().header("idempotency-key", &key).json(body);
        assert!(first.send().await.status() < 300);
        let again = asked.header("idempotency-key", &key);
        return again
            .body("application/json", format!("{body} "))
            .send()
            .await;
    }
    let form = "application/x-www-form-urlencoded";
    match (wrong, body) {
        (_, None) => asked,
        (Wrong::NotJson, _) => asked.body("application/json", "{"),
        (Wrong::MediaType, Some(body)) => asked.body("text/csv", body.to_string()),
        (Wrong::Size, _) => asked.body("application/json", format!("\"{}\"", "x".repeat(2 << 20))),
        (Wrong::GrantType, Some(_)) if operation.path == "/auth/token" => {
            asked.body(form, "grant_type=magic")
        }
        (Wrong::RefreshToken, Some(_)) if operation.path == "/auth/token" => asked.body(
            form,
            format!("grant_type=refresh_token&refresh_token={}", "A".repeat(43)),
        ),
        (_, Some(body)) => asked.json(&body),
    }
    .send()
    .await
}
