//! Tests of an attribute, clients of a role, and settings.

use skeleton_runtime::auth::RoleSet as _;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;
use skeleton_tests::notebook;

/// Roles of an application's own.
mod newsdesk {
    use skeleton_runtime::Role as DeriveRole;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, DeriveRole)]
    pub(super) enum Role {
        Reader,
        #[role(default)]
        Writer,
        Chief,
    }
}

fn app() -> App {
    notebook::app()
}

fn newsdesk() -> App {
    App::new(package!()).roles::<newsdesk::Role>()
}

#[skeleton_runtime::test]
async fn the_app_in_scope_is_the_default(app: TestApp) {
    app.as_role(Role::Viewer)
        .get("/notes")
        .send()
        .await
        .expect(200);
    app.get("/notes").send().await.expect(401);
}

#[skeleton_runtime::test(app = self::newsdesk)]
async fn own_roles_have_clients_too(app: TestApp) {
    let chief = app.as_role(newsdesk::Role::Chief);
    chief.get("/users").send().await.expect(200);
    let account = chief.account().await;
    assert_eq!(account.role, newsdesk::Role::Chief.role().name());
    let reader = app.as_role(newsdesk::Role::Reader);
    reader.get("/users").send().await.expect(403);
    app.as_role(newsdesk::Role::Writer)
        .get("/users")
        .send()
        .await
        .expect(403);
}

#[skeleton_runtime::test(set("AUTH_REGISTRATION" = "false", "DOCS_ENABLED" = "false"))]
async fn settings_are_set(app: TestApp) -> Result<(), String> {
    let form = serde_json::json!({"email": "ann@example.com", "password": "correct horse battery"});
    let response = app.post("/auth/register").json(&form).send().await;
    match response.status() {
        201 => Err(response.to_string()),
        _ => Ok(()),
    }
}

#[skeleton_runtime::test]
async fn accounts_are_told_apart(app: TestApp) {
    let (ann, bob) = (
        app.as_account("ann@example.com", Role::Member),
        app.as_account("bob@example.com", Role::Member),
    );
    let note = notebook::Note::factory().create(&ann).await;
    assert_eq!(note.author_id, ann.account().await.id);
    let path = format!("/notes/{}", note.id);
    bob.delete(&path).send().await.expect(403);
    ann.delete(&path).send().await.expect(204);
}

#[test]
#[should_panic(expected = "the test returned \"no\"")]
fn an_error_fails_the_test() {
    use skeleton_runtime::db::AnyBackend;
    skeleton_runtime::test_util::run(AnyBackend::Sqlite, app, &[], |_| async {
        Err::<(), _>("no")
    });
}
