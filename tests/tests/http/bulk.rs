//! Bulk creates: all rows or none, each as a single one.

use serde_json::{Value, json};
use skeleton_runtime::prelude::*;

use crate::common::{ANN, NOBODY, expected, faults};
use crate::hooks::{count, note, on_both, post};

fn items(titles: &[&str]) -> Value {
    let items: Vec<_> = titles
        .iter()
        .map(|title| json!({ "title": title }))
        .collect();
    json!({ "items": items })
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_back_in_the_order_of_the_body() {
    on_both(async |app| {
        let titles: Vec<_> = (0..1000)
            .map(|number| format!("{}", number * 7 % 1000))
            .collect();
        let titles: Vec<_> = titles.iter().map(String::as_str).collect();
        let made = post(app, "/notes/bulk", &items(&titles)).await.expect(201);
        assert_eq!(made.header("etag"), None);
        let made = made.json();
        let rows = made["items"].as_array().unwrap();
        let given: Vec<_> = rows
            .iter()
            .map(|row| row["title"].as_str().unwrap())
            .collect();
        assert_eq!(given, titles);
        assert!(
            rows.iter()
                .all(|row| row["version"] == 1 && row["stars"] == 0)
        );
        assert_eq!(count(app, "/notes").await, 1000);
        assert_eq!(count(app, "/entries").await, 1000, "each has its hooks");
        let one = app.get(&format!("/notes/{}", rows[7]["id"].as_str().unwrap()));
        assert_eq!(
            one.as_role(Role::Viewer).send().await.expect(200).json(),
            rows[7]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_has_the_place_of_its_row() {
    on_both(async |app| {
        let body = json!({"items": [
            {"title": "A"}, {"title": ""}, {"stars": 9}, 7, {"title": "B", "what": 1, "version": 2},
        ]});
        let problem = post(app, "/notes/bulk", &body).await;
        let problem = problem.expect_problem(422, "validation_failed");
        let places = [
            ("items.1.title", "length"),
            ("items.2.stars", "range"),
            ("items.2.title", "required"),
            ("items.3", "type"),
            ("items.4.version", "read_only"),
            ("items.4.what", "unknown"),
        ];
        assert_eq!(faults(&problem), expected(&places));
        assert_eq!(problem["detail"], "6 fields are invalid");
        assert_eq!(count(app, "/notes").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_a_bound_however_much_is_wrong() {
    on_both(async |app| {
        let problem = post(app, "/notes/bulk", &items(&vec![""; 1000])).await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(
            problem["detail"],
            "more than 100 fields are invalid; the first of them are told"
        );
        let told = faults(&problem);
        assert_eq!(told.len(), 100);
        assert!(told.contains(&("items.99.title".to_owned(), "length".to_owned())));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_database_has_it_too() {
    on_both(async |app| {
        note(app, "taken").await;
        let problem = post(app, "/notes/bulk", &items(&["A", "taken", "B", "A"])).await;
        let problem = problem.expect_problem(409, "conflict");
        let places = [("items.1.title", "unique"), ("items.3.title", "unique")];
        assert_eq!(faults(&problem), expected(&places));

        let body = json!({"items": [
            {"title": "A", "parent_id": NOBODY}, {"title": "B"}, {"title": "C", "parent_id": NOBODY},
        ]});
        let problem = post(app, "/notes/bulk", &body).await;
        let problem = problem.expect_problem(422, "validation_failed");
        let places = [("items.0.parent_id", "reference"), ("items.2.parent_id", "reference")];
        assert_eq!(faults(&problem), expected(&places));
        assert_eq!((count(app, "/notes").await, count(app, "/entries").await), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_refuses_the_whole() {
    on_both(async |app| {
        for title in ["forbidden", "fails late"] {
            let status = post(app, "/notes/bulk", &items(&["A", title]))
                .await
                .status();
            assert!(status == 403 || status == 409, "{status}");
        }
        let problem = post(app, "/notes/bulk", &items(&["A", "stretched"])).await;
        let problem = problem.expect_problem(422, "validation_failed");
        assert_eq!(faults(&problem), expected(&[("items.1.title", "length")]));
        assert_eq!(
            (count(app, "/notes").await, count(app, "/entries").await),
            (0, 0)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_body_is_a_list_of_1_to_1000_objects() {
    on_both(async |app| {
        let many = items(&vec!["A"; 1001]);
        let cases = [
            (json!({"items": []}), ("items", "length")),
            (many, ("items", "length")),
            (json!({"items": {}}), ("items", "type")),
            (json!({"items": null}), ("items", "type")),
            (json!({}), ("items", "required")),
            (
                json!({"items": [{"title": "A"}], "more": 1}),
                ("more", "unknown"),
            ),
        ];
        for (body, fault) in cases {
            let problem = post(app, "/notes/bulk", &body).await;
            let problem = problem.expect_problem(422, "validation_failed");
            assert_eq!(faults(&problem), expected(&[fault]));
        }
        for body in ["[]", "7", "\"x\""] {
            let request = app.post("/notes/bulk").as_account(ANN, Role::Member);
            let request = request.body("application/json", body);
            request
                .send()
                .await
                .expect_problem(422, "validation_failed");
        }
        let request = app.post("/notes/bulk").as_account(ANN, Role::Member);
        let request = request.body("application/json", "{\"items\":[{]}");
        request.send().await.expect_problem(400, "malformed_json");
        assert_eq!(count(app, "/notes").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_guarded_as_a_create() {
    on_both(async |app| {
        let body = items(&["A"]);
        app.post("/notes/bulk")
            .json(&body)
            .send()
            .await
            .expect_problem(401, "unauthenticated");
        let viewer = app.post("/notes/bulk").as_role(Role::Viewer).json(&body);
        viewer.send().await.expect_problem(403, "forbidden");
        app.get("/notes/bulk")
            .send()
            .await
            .expect_problem(405, "method_not_allowed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_where_it_is_declared() {
    crate::common::on_both(async |app| {
        let bulk = app.post("/categories/bulk").as_role(Role::Admin);
        bulk.json(&items(&["A"])).send().await.expect_problem(405, "method_not_allowed");
        let articles = json!({"items": [
            {"title": "Same", "body": ""}, {"title": "Same", "body": ""}, {"title": "same!", "body": ""},
        ]});
        let made = app.post("/articles/bulk").as_account(ANN, Role::Member).json(&articles);
        let made = made.send().await.expect(201).json();
        let slugs = made["items"].as_array().unwrap().iter().map(|row| &row["slug"]);
        assert_eq!(slugs.collect::<Vec<_>>(), ["same", "same-2", "same-3"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_documentation_holds() {
    let page = include_str!("../../../docs/writes.md");
    let blocks = skeleton_tests::fenced(page, "json");
    let [body, errors] = blocks.as_slice() else {
        panic!("a body and its faults: {blocks:?}")
    };
    on_both(async |app| {
        let body: Value = serde_json::from_str(body).unwrap();
        let problem = post(app, "/notes/bulk", &body).await;
        let problem = problem.expect_problem(422, "validation_failed");
        let told: Value = serde_json::from_str(errors).unwrap();
        assert_eq!(problem["errors"], told);
    })
    .await;
}
