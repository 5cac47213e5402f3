//! What the newsroom lacks of `include`: many to many, self-references, depth, caps, and every kind of guard.

use serde_json::{Value, json};
use skeleton_runtime::auth::RoleSet as _;
use skeleton_runtime::db::Value as Bind;
use skeleton_runtime::prelude::{Role, Uuid};
use skeleton_runtime::test_util::{TestApp, count_queries};

use crate::common::{ANN, BOB, expected, faults};
use crate::people::{app, fill, id, insert, on_both};

async fn items(app: &TestApp, path: &str, role: Role) -> Value {
    let response = app.get(path).as_role(role).send().await.expect(200);
    response.json()["items"].take()
}

/// The message of the one fault, which is that of `include`.
async fn refusal(app: &TestApp, path: &str, role: Role, code: &str) -> String {
    let response = app.get(path).as_role(role).send().await;
    let problem = response.expect_problem(400, "invalid_query");
    assert_eq!(
        faults(&problem),
        expected(&[("include", code)]),
        "{path}: {problem}"
    );
    problem["errors"][0]["message"].as_str().unwrap().to_owned()
}

/// The values of one field of embedded rows.
fn all<'a>(rows: &'a Value, field: &str) -> Vec<&'a str> {
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row[field].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_to_many_goes_both_ways() {
    on_both(async |app| {
        let people = items(app, "/people?include=teams", Role::Viewer).await;
        assert_eq!(
            all(&people[0]["teams"], "name"),
            ["red", "blue"],
            "sorted as teams are"
        );
        assert_eq!(
            all(&people[1]["teams"], "name"),
            ["red"],
            "joined twice is joined"
        );
        assert_eq!(people[2]["teams"], json!([]));
        let teams = items(app, "/teams?include=members", Role::Viewer).await;
        assert_eq!(all(&teams, "name"), ["red", "empty", "blue"]);
        assert_eq!(all(&teams[0]["members"], "name"), ["Ada", "Bea"]);
        assert_eq!(teams[1]["members"], json!([]));
        let one = app
            .get("/teams/1?include=members")
            .as_role(Role::Viewer)
            .send()
            .await;
        assert_eq!(
            all(&one.expect(200).json()["members"], "name"),
            ["Ada", "Bea"]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_reference_is_followed_once() {
    on_both(async |app| {
        let people = items(app, "/people?include=boss,reports", Role::Viewer).await;
        assert_eq!(people[0]["boss"], Value::Null);
        assert_eq!(all(&people[0]["reports"], "name"), ["Bea", "Cyd"]);
        assert_eq!(people[1]["boss"]["name"], "Ada");
        assert_eq!(people[1]["reports"], json!([]));
        for path in [
            "boss.boss",
            "boss.reports",
            "reports.boss",
            "tasks.person",
            "teams.members",
        ] {
            let asked = format!("/people?include={path}");
            let message = refusal(app, &asked, Role::Viewer, "circular").await;
            assert_eq!(message, format!("{path} comes back to where it has been"));
        }
        let message = refusal(app, "/people?include=boss.x", Role::Viewer, "unknown").await;
        assert_eq!(
            message,
            "includes of boss are: boss.tasks, boss.teams, boss.memberships"
        );
        let message = refusal(app, "/people?include=teams.x", Role::Viewer, "unknown").await;
        assert_eq!(message, "there are no includes of teams");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_goes_as_deep_as_its_first_resource_says() {
    on_both(async |app| {
        let deep = "/people?include=boss.tasks.memo&fields=name";
        let people = items(app, deep, Role::Admin).await;
        assert_eq!(people[0], json!({"name": "Ada", "boss": null}));
        let tasks = &people[1]["boss"]["tasks"];
        assert_eq!(all(tasks, "title"), ["a", "b", "c"]);
        assert_eq!(tasks[0]["memo"]["text"], ANN);
        assert_eq!(tasks[2]["memo"], Value::Null);
        let named_too = items(app, &format!("{deep}&limit=100"), Role::Admin).await;
        let shorter = items(
            app,
            "/people?include=boss.tasks.memo,boss&fields=name",
            Role::Admin,
        )
        .await;
        assert_eq!((named_too, shorter), (people.clone(), people));
        for (path, depth) in [
            ("/people?include=boss.tasks.memo.author", 3),
            ("/tasks?include=person.boss", 1),
        ] {
            let message = refusal(app, path, Role::Admin, "range").await;
            assert_eq!(message, format!("a path is at most {depth} deep here"));
        }
        let both = items(app, "/people?include=tasks.memo,tasks,boss", Role::Admin).await;
        assert_eq!(both[0]["tasks"][1]["memo"]["text"], BOB);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_has_a_page_of_the_target_at_most() {
    on_both(async |app| {
        let people = items(app, "/people?include=tasks", Role::Viewer).await;
        assert_eq!(all(&people[0]["tasks"], "title"), ["a", "b", "c"]);
        assert_eq!(all(&people[1]["tasks"], "title"), ["f"]);
        let path = format!("/people/{}?include=tasks", Uuid::from_u128(1));
        let one = app
            .get(&path)
            .as_role(Role::Viewer)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(one["tasks"], people[0]["tasks"], "of one row as of many");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_out_of_reach_is_null() {
    on_both(async |app| {
        let path = "/people?name=Ada&include=tasks.memo";
        let memos = async |email: &str, role| {
            let page = app
                .get(path)
                .as_account(email, role)
                .send()
                .await
                .expect(200);
            let page = page.json();
            let tasks = page["items"][0]["tasks"].as_array().unwrap().clone();
            tasks
                .into_iter()
                .map(|task| task["memo"]["text"].clone())
                .collect::<Vec<_>>()
        };
        let null = Value::Null;
        assert_eq!(
            memos(ANN, Role::Member).await,
            [json!(ANN), null.clone(), null.clone()]
        );
        assert_eq!(
            memos(BOB, Role::Member).await,
            [null.clone(), json!(BOB), null.clone()]
        );
        assert_eq!(
            memos("chief@example.com", Role::Admin).await,
            [json!(ANN), json!(BOB), null]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_the_target_have_their_own_roles() {
    on_both(async |app| {
        for path in ["/people?include=boss", "/tasks?title=f&include=person"] {
            for (role, shown) in [(Role::Member, false), (Role::Admin, true)] {
                let rows = items(app, path, role).await;
                let last = rows.as_array().unwrap().last().unwrap();
                let embedded = last.get("boss").or_else(|| last.get("person")).unwrap();
                assert_eq!(
                    embedded.get("salary").is_some(),
                    shown,
                    "{path} {role:?}: {last}"
                );
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relation_out_of_reach_is_unknown() {
    on_both(async |app| {
        let known = "includes are: boss, reports, tasks, teams, memberships";
        // The join is listed by admins alone; the key is read by admins alone.
        for name in ["buddies", "files", "nothing"] {
            let path = format!("/people?include={name}");
            assert_eq!(refusal(app, &path, Role::Member, "unknown").await, known);
        }
        let people = items(app, "/people?include=buddies,files", Role::Admin).await;
        assert_eq!(all(&people[0]["buddies"], "name"), ["Cyd"]);
        assert_eq!(all(&people[0]["files"], "name"), ["Ada's"]);
        for name in ["person", "carton"] {
            let path = format!("/files?include={name}");
            let message = refusal(app, &path, Role::Member, "unknown").await;
            assert!(
                !message.contains("include"),
                "there are none at all: {message}"
            );
        }
        let message = refusal(app, "/files?include=carton", Role::Admin, "unknown").await;
        assert_eq!(message, "includes are: person", "nobody may get a carton");
        items(app, "/files?include=person", Role::Admin).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_there_is_what_is_public() {
    on_both(async |app| {
        app.get("/teams").send().await.expect(200);
        let response = app.get("/teams?include=members").send().await;
        let problem = response.expect_problem(400, "invalid_query");
        assert_eq!(faults(&problem), expected(&[("include", "unknown")]));
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(
            !message.contains("members") && !message.contains("include"),
            "{message}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_one_query_and_none_without_keys() {
    on_both(async |app| {
        let queries = async |query: &str| {
            let token = app.token("viewer@example.com", Role::Viewer).await;
            let path = format!("/people{query}");
            let (response, count) = count_queries(app.get(&path).bearer(&token).send()).await;
            response.expect(200);
            count
        };
        let none = queries("").await;
        assert_eq!(queries("?include=boss,reports,teams").await, none + 3);
        assert_eq!(queries("?include=boss.tasks.memo,teams").await, none + 4);
        assert_eq!(queries("?name=Bea&include=boss.tasks").await, none + 2);
        assert_eq!(
            queries("?name=Ada&include=boss").await,
            none,
            "the key is null"
        );
        assert_eq!(
            queries("?name=Ada&include=boss.tasks").await,
            none,
            "nor below it"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_answer_the_same_bytes() {
    let mut answers: Vec<Vec<String>> = Vec::new();
    for app in TestApp::both(app).await {
        fill(&app).await;
        let mut told = Vec::new();
        for path in [
            "/people?include=boss.tasks,reports,teams,buddies,files",
            "/people?limit=1&include=teams,tasks.memo&fields=name",
            "/teams?include=members",
            "/tasks?include=person&limit=3&sort=-title",
        ] {
            let response = app.get(path).as_role(Role::Admin).send().await.expect(200);
            // Accounts have ids of their own.
            let author = app.account(ANN, Role::Member.role()).await.id.to_string();
            let other = app.account(BOB, Role::Member.role()).await.id.to_string();
            let cursor = response.json()["next_cursor"].to_string();
            let body = response.text().replace(&cursor, "null");
            told.push(body.replace(&author, "ann").replace(&other, "bob"));
        }
        answers.push(told);
    }
    assert!(
        answers[0][0]
            .contains(r#""boss":{"id":"00000000-0000-0000-0000-000000000001","name":"Ada""#)
    );
    assert!(
        answers.iter().all(|told| *told == answers[0]),
        "{answers:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_its_limits() {
    on_both(async |app| {
        for number in 100..200 {
            let sql = "INSERT INTO people (id, name, salary) VALUES ($1, 'x', 1)";
            insert(app, sql, vec![id(number)]).await;
        }
        let teams = "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 609) \
                     INSERT INTO teams (id, name) SELECT i, 'team' FROM n";
        insert(app, teams, Vec::new()).await;
        let members = "INSERT INTO memberships (person_id, team_id) SELECT people.id, teams.id FROM people \
                       CROSS JOIN teams WHERE people.name = 'x' AND teams.id >= 10";
        insert(app, members, Vec::new()).await;
        let page = items(app, "/people?name=x&limit=10&include=teams", Role::Viewer).await;
        assert_eq!(page[9]["teams"].as_array().unwrap().len(), 600);
        let path = "/people?name=x&limit=100&include=teams";
        let message = refusal(app, path, Role::Viewer, "range").await;
        assert_eq!(message, "embeds more than 50000 rows; ask for fewer rows or fewer includes");
        let copies = "UPDATE people SET boss_id = (SELECT id FROM people WHERE name = 'x' LIMIT 1) WHERE name = 'x'";
        insert(app, copies, Vec::new()).await;
        let path = "/people?name=x&limit=100&include=boss.teams";
        refusal(app, path, Role::Viewer, "range").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_twenty_relations_at_most() {
    on_both(async |app| {
        let document = app.get("/openapi.json").send().await.expect(200).json();
        let faults = skeleton_runtime::openapi::lint(&document);
        assert_eq!(faults, Vec::<String>::new(), "some targets are not mounted");
        let parameters = document["paths"]["/people"]["get"]["parameters"]
            .as_array()
            .unwrap();
        let named = |parameter: &&Value| parameter["name"] == "include";
        let paths = parameters.iter().find(named).unwrap()["schema"]["items"]["enum"].as_array();
        let paths: Vec<_> = paths
            .unwrap()
            .iter()
            .map(|path| path.as_str().unwrap())
            .collect();
        assert!(
            paths.contains(&"boss.tasks.memo") && !paths.contains(&"boss.boss"),
            "{paths:?}"
        );
        let path = |count: usize| format!("/people?include={}", paths[..count].join(","));
        items(app, &path(20), Role::Admin).await;
        let message = refusal(app, &path(21), Role::Admin, "range").await;
        assert_eq!(message, "has more than 20 relations");
    })
    .await;
}

/// An application with roles of its own, over one of the tables.
mod own_roles {
    use skeleton_runtime::prelude::*;

    /// Who works here.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
    pub(crate) enum Role {
        Reader,
        Chief,
    }

    /// A word of somebody's.
    #[resource(table = "memos")]
    pub(crate) struct Word {
        pub(crate) id: Uuid,
        pub(crate) text: String,
        #[field(owner, belongs_to = User)]
        pub(crate) author_id: Uuid,
    }

    pub(crate) fn app() -> App {
        App::new(package!())
            .migrations(migrations!("migrations"))
            .roles::<Role>()
            .resource::<Word>()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_of_the_application_guard_the_resources_of_the_kit() {
    use own_roles::Role::{Chief, Reader};
    for app in TestApp::both(own_roles::app).await {
        let author = app.account(ANN, Reader.role()).await.id;
        let memo = "INSERT INTO memos (id, text, author_id) VALUES ($1, 'a', $2)";
        insert(&app, memo, vec![id(1), Bind::Uuid(author)]).await;
        let path = "/words?include=author";
        let response = app.get(path).as_role(Reader).send().await;
        response.expect_problem(400, "invalid_query");
        let page = app.get(path).as_role(Chief).send().await.expect(200).json();
        assert_eq!(page["items"][0]["author"]["email"], ANN);
    }
}
