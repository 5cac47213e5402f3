//! `#[requires_role]` on handlers, wherever they are mounted and whatever they take.

use serde_json::json;
use skeleton_runtime::auth::RoleSet as _;
use skeleton_runtime::prelude::axum::body::{Body, to_bytes};
use skeleton_runtime::prelude::axum::http::Request;
use skeleton_runtime::prelude::axum::routing::{get, post};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;
use tower::ServiceExt as _;

/// Roles of an application's own: a chief is writer and auditor, who have nothing but reading in common.
mod newsroom {
    use skeleton_runtime::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub(super) enum Role {
        #[role(default)]
        Reader,
        #[role(includes(Reader))]
        Writer,
        #[role(includes(Reader))]
        Auditor,
        #[role(includes(Writer, Auditor))]
        Chief,
    }

    #[utoipa::path(get, path = "/audit")]
    #[requires_role(Auditor)]
    pub(super) async fn audit() -> &'static str {
        "audited"
    }

    #[utoipa::path(get, path = "/write")]
    #[requires_role(exactly(Writer) | Chief)]
    pub(super) async fn write(user: CurrentUser) -> String {
        user.email
    }

    #[utoipa::path(get, path = "/read")]
    #[requires_role(Reader)]
    pub(super) async fn read() {}
}

#[requires_role(Admin)]
async fn admins_only() -> &'static str {
    "secret"
}

/// Everything that a handler may take, the body last.
#[requires_role(Member)]
async fn beside_others(
    State(db): State<Db>,
    user: CurrentUser,
    Path((group, id)): Path<(String, u32)>,
    Query(query): Query<std::collections::BTreeMap<String, String>>,
    users: Repository<User>,
    Json(body): Json<JsonValue>,
) -> Result<Json<JsonValue>> {
    let found = users.unguarded().find(user.id).await?;
    Ok(Json(json!({
        "group": group, "id": id, "query": query, "body": body,
        "email": found.email, "is_up": db.ping().await.is_ok(),
    })))
}

/// One for each type.
trait Kind: Send + Sync + 'static {
    const NAME: &'static str;
}

struct Apple;

impl Kind for Apple {
    const NAME: &'static str = "apple";
}

#[requires_role(Admin)]
async fn generic<K: Kind>() -> &'static str {
    K::NAME
}

fn nested() -> axum::Router<AppState> {
    let inner = axum::Router::new()
        .route("/admins", get(admins_only))
        .route("/kinds", get(generic::<Apple>))
        .route("/groups/{group}/{id}", post(beside_others));
    axum::Router::new().nest("/outer", axum::Router::new().nest("/inner", inner))
}

async fn send(
    app: &TestApp,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.header("content-type", "application/json");
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let router = nested().with_state(app.service().state().clone());
    let response = router.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_goes_with_the_handler_into_nested_routers() {
    for app in TestApp::both(|| App::new(package!())).await {
        let admin = app.token("admin@example.com", Role::Admin).await;
        let member = app.token("member@example.com", Role::Member).await;
        for (path, text) in [
            ("/outer/inner/admins", "secret"),
            ("/outer/inner/kinds", "apple"),
        ] {
            assert_eq!(send(&app, "GET", path, None, "").await.0, 401);
            assert_eq!(send(&app, "GET", path, Some("x.y.z"), "").await.0, 401);
            let (status, told) = send(&app, "GET", path, Some(&member), "").await;
            assert!(status == 403 && told.contains("ADMIN") && !told.contains(text));
            let allowed = send(&app, "GET", path, Some(&admin), "").await;
            assert_eq!(allowed, (200, text.to_owned()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_come_before_every_other_extractor() {
    for app in TestApp::both(|| App::new(package!())).await {
        let viewer = app.token("viewer@example.com", Role::Viewer).await;
        let member = app.token("member@example.com", Role::Member).await;
        let good = "/outer/inner/groups/a%20b/7?x=1";
        for (path, body) in [
            (good, "{}"),
            ("/outer/inner/groups/a/seven", "{"),
            ("/outer/inner/groups/%ff/7?x=1&x=2", ""),
        ] {
            assert_eq!(send(&app, "POST", path, None, body).await.0, 401);
            assert_eq!(send(&app, "POST", path, Some(&viewer), body).await.0, 403);
        }
        let (status, text) = send(&app, "POST", good, Some(&member), "[1]").await;
        let answer: JsonValue = serde_json::from_str(&text).unwrap();
        let expected = json!({
            "group": "a b", "id": 7, "query": {"x": "1"}, "body": [1],
            "email": "member@example.com", "is_up": true,
        });
        assert_eq!((status, answer), (200, expected));
        let (status, text) = send(
            &app,
            "POST",
            "/outer/inner/groups/a/seven",
            Some(&member),
            "{}",
        )
        .await;
        assert!(status == 400 && text.contains("invalid_path"), "{text}");
    }
}

fn newsroom() -> App {
    App::new(package!())
        .roles::<newsroom::Role>()
        .routes(routes!(newsroom::audit, newsroom::read, newsroom::write))
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_need_be_no_ladder() {
    use newsroom::Role;
    for app in TestApp::both(newsroom).await {
        for (role, audit, write, users) in [
            (Role::Reader, 403, 403, 403),
            (Role::Writer, 403, 200, 403),
            (Role::Auditor, 200, 403, 403),
            (Role::Chief, 200, 200, 200),
        ] {
            for (path, status) in [
                ("/read", 200),
                ("/audit", audit),
                ("/write", write),
                ("/users", users),
            ] {
                let response = app.get(path).as_role(role).send().await;
                assert_eq!(response.status(), status, "{role:?} {path}");
            }
        }
        // The kit's roles are none of these.
        let kits = app.token("chief@example.com", Role::Chief).await;
        let me = app.get("/auth/me").bearer(&kits).send().await;
        assert_eq!(me.expect(200).json()["role"], "CHIEF");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_roles_that_are_no_ladder_what_token_and_account_share_decides() {
    use newsroom::Role;
    for app in TestApp::both(newsroom).await {
        let writer = app.account("ann@example.com", Role::Writer.role()).await;
        let token = app.token("ann@example.com", Role::Writer).await;
        let path = format!("/users/{}", writer.id);
        let body = json!({"role": "AUDITOR"});
        let chief = app.patch(&path).as_role(Role::Chief).json(&body);
        assert_eq!(chief.send().await.expect(200).json()["role"], "AUDITOR");
        for (path, status) in [("/read", 200), ("/write", 403), ("/audit", 403)] {
            let response = app.get(path).bearer(&token).send().await;
            assert_eq!(response.status(), status, "{path}");
        }
        let fresh = app.token("ann@example.com", Role::Auditor).await;
        // A token of the session before is still what it was.
        assert_eq!(fresh, token);
        // The highest of one's own roles is the one that can't be left without an account.
        let chief = app.account("chief@example.com", Role::Chief.role()).await;
        let path = format!("/users/{}", chief.id);
        let response = app.patch(&path).as_role(Role::Chief).json(&body);
        response.send().await.expect_problem(409, "last_owner");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_foreign_roles_is_found_when_the_app_is_checked() {
    let app =
        App::new(package!()).routes(routes!(newsroom::audit, newsroom::read, newsroom::write));
    let faults = app.check().unwrap_err().to_string();
    assert!(
        faults.contains("/audit") && faults.contains("AUDITOR"),
        "{faults}"
    );
}

mod clashing {
    use super::*;

    #[utoipa::path(get, path = "/setup")]
    #[requires_role(public)]
    pub(super) async fn own_setup() {}

    #[utoipa::path(get, path = "/users/{email}")]
    #[requires_role(public)]
    pub(super) async fn by_email() {}

    #[utoipa::path(post, path = "/twice")]
    #[requires_role(public)]
    pub(super) async fn first() {}

    #[utoipa::path(post, path = "/twice")]
    #[requires_role(public)]
    pub(super) async fn second() {}
}

#[test]
fn handlers_at_paths_that_are_taken_are_found_when_the_app_is_checked() {
    let routes = routes!(
        clashing::own_setup,
        clashing::by_email,
        clashing::first,
        clashing::second
    );
    let app = App::new(package!()).routes(routes);
    let faults = app.check().unwrap_err().to_string();
    for part in [
        "`own_setup` is to answer GET /setup, which the kit does",
        "`by_email` has the path /users/{email}, which is /users/{id} of `User`",
        "`second` is to answer POST /twice, which `first` does",
    ] {
        assert!(faults.contains(part), "{part} is not in:\n{faults}");
    }
}
