//! Fields with roles of their own: what one may not read is not there, what one may not write is 403.

use serde_json::{Value, json};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

use crate::common::{expected, faults, path_of};

/// A report on somebody.
#[resource]
#[requires_role(Viewer)]
pub(crate) struct Report {
    pub(crate) id: Uuid,
    #[field(filter, sort)]
    pub(crate) title: String,
    /// Known to admins, set by owners.
    #[field(filter, sort, default, read = Admin, write = Owner)]
    pub(crate) salary: i32,
    /// Known to members and above.
    #[field(filter, search, read = Member)]
    pub(crate) remarks: Option<String>,
    /// Known to all, set by admins.
    #[field(filter, sort, default = 3, write = Admin)]
    pub(crate) grade: i32,
}

/// A report that needs what few may know of.
#[resource(path = "/verdicts", table = "reports", table = false)]
#[requires_role(Viewer)]
pub(crate) struct Verdict {
    pub(crate) id: Uuid,
    pub(crate) title: String,
    #[field(read = Admin, write = Owner)]
    pub(crate) salary: i32,
    #[field(write = Admin)]
    pub(crate) grade: i32,
}

fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Report>()
}

fn verdicts() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<Verdict>()
}

async fn on_both(test: impl AsyncFn(&TestApp)) {
    for app in TestApp::both(app).await {
        test(&app).await;
    }
}

async fn report(app: &TestApp) -> Value {
    let body = json!({"title": "A", "salary": 100, "remarks": "secret words", "grade": 5});
    app.post("/reports")
        .as_role(Role::Owner)
        .json(&body)
        .send()
        .await
        .expect(201)
        .json()
}

/// The names of a row's fields.
fn fields(row: &Value) -> Vec<String> {
    row.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_not_read_is_absent() {
    on_both(async |app| {
        let path = path_of("/reports", &report(app).await);
        for (role, shown) in [
            (Role::Viewer, vec!["grade", "id", "title"]),
            (Role::Member, vec!["grade", "id", "remarks", "title"]),
            (
                Role::Admin,
                vec!["grade", "id", "remarks", "salary", "title"],
            ),
        ] {
            let one = app.get(&path).as_role(role).send().await.expect(200).json();
            assert_eq!(fields(&one), shown, "{role:?}");
            let list = app
                .get("/reports")
                .as_role(role)
                .send()
                .await
                .expect(200)
                .json();
            assert_eq!(list["items"], json!([one]));
            let patched = app
                .patch(&path)
                .as_role(role)
                .json(&json!({"title": "B"}))
                .send()
                .await
                .expect(200);
            assert_eq!(fields(&patched.json()), shown);
            let made = app
                .post("/reports")
                .as_role(role)
                .json(&json!({"title": "C"}))
                .send()
                .await
                .expect(201);
            assert_eq!(fields(&made.json()), shown);
            app.delete(&path_of("/reports", &made.json()))
                .as_role(role)
                .send()
                .await
                .expect(204);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_is_the_same_for_all_and_changes_with_hidden_fields() {
    on_both(async |app| {
        let path = path_of("/reports", &report(app).await);
        let tag = async |role| {
            app.get(&path)
                .as_role(role)
                .send()
                .await
                .header("etag")
                .unwrap()
                .to_owned()
        };
        let before = tag(Role::Viewer).await;
        assert_eq!(before, tag(Role::Owner).await);
        app.patch(&path)
            .as_role(Role::Owner)
            .json(&json!({"salary": 101}))
            .send()
            .await
            .expect(200);
        assert_ne!(before, tag(Role::Viewer).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_not_read_is_unknown() {
    on_both(async |app| {
        report(app).await;
        let queries = [
            "salary=100",
            "salary__gt=1",
            "sort=salary",
            "sort=-salary",
            "fields=salary",
            "remarks=x",
            "remarks__contains=secret",
            "remarks__is_null=true",
            "fields=id,remarks",
            "q=secret",
        ];
        for query in queries {
            let response = app
                .get(&format!("/reports?{query}"))
                .as_role(Role::Viewer)
                .send()
                .await;
            let problem = response.expect_problem(400, "invalid_query");
            let error = &problem["errors"][0];
            assert_eq!(error["code"], "unknown", "{query}");
            let message = error["message"].as_str().unwrap();
            assert!(
                !message.contains("salary") && !message.contains("remarks"),
                "{message}"
            );
            app.get(&format!("/reports?{query}"))
                .as_role(Role::Admin)
                .send()
                .await
                .expect(200);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_not_write_is_forbidden_or_unknown() {
    on_both(async |app| {
        let path = path_of("/reports", &report(app).await);
        for body in [
            json!({"title": "B", "grade": 1}),
            json!({"title": 7, "grade": 1}),
        ] {
            for request in [app.patch(&path), app.put(&path), app.post("/reports")] {
                let response = request.as_role(Role::Member).json(&body).send().await;
                let problem = response.expect_problem(403, "forbidden");
                assert_eq!(faults(&problem), expected(&[("grade", "forbidden")]));
                assert_eq!(problem["errors"][0]["message"], "this takes the role ADMIN");
            }
        }
        let salary = json!({"salary": 1});
        let response = app
            .patch(&path)
            .as_role(Role::Admin)
            .json(&salary)
            .send()
            .await;
        assert_eq!(
            faults(&response.expect_problem(403, "forbidden")),
            expected(&[("salary", "forbidden")])
        );
        let response = app
            .patch(&path)
            .as_role(Role::Member)
            .json(&salary)
            .send()
            .await;
        let problem = response.expect_problem(422, "validation_failed");
        assert_eq!(
            faults(&problem),
            expected(&[("salary", "unknown")]),
            "nothing tells that it is there"
        );
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(!message.contains("salary"), "{message}");
        app.patch(&path)
            .as_role(Role::Owner)
            .json(&salary)
            .send()
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_leaves_what_one_may_not_write() {
    on_both(async |app| {
        let row = report(app).await;
        let path = path_of("/reports", &row);
        app.put(&path)
            .as_role(Role::Viewer)
            .json(&json!({"title": "B"}))
            .send()
            .await
            .expect(200);
        let replaced = app
            .get(&path)
            .as_role(Role::Owner)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&replaced["title"], &replaced["remarks"]),
            (&json!("B"), &Value::Null)
        );
        assert_eq!(
            (&replaced["salary"], &replaced["grade"]),
            (&row["salary"], &row["grade"])
        );
        app.put(&path)
            .as_role(Role::Owner)
            .json(&json!({"title": "C"}))
            .send()
            .await
            .expect(200);
        let replaced = app
            .get(&path)
            .as_role(Role::Owner)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&replaced["salary"], &replaced["grade"]),
            (&json!(0), &json!(3))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_needed_field_is_named_to_those_who_may_know_of_it() {
    for app in TestApp::both(verdicts).await {
        for (role, named) in [
            (Role::Viewer, vec![("grade", "forbidden")]),
            (Role::Admin, vec![("salary", "forbidden")]),
        ] {
            let mut body = json!({"title": "A"});
            if role == Role::Admin {
                body["grade"] = json!(1);
            }
            let create = app.post("/verdicts").as_role(role).json(&body);
            let problem = create.send().await.expect_problem(403, "forbidden");
            assert_eq!(faults(&problem), expected(&named), "{role:?}: {problem}");
        }
        let body = json!({"title": "A", "grade": 1, "salary": 2});
        let create = app.post("/verdicts").as_role(Role::Owner).json(&body);
        create.send().await.expect(201);
    }
}
