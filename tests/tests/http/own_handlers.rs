//! Handlers of one's own: in the place of generated ones, and beside them.

use serde_json::json;
use skeleton_runtime::prelude::*;

use crate::common::{ANN, BOB, path_of};
use crate::hooks::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_in_the_place_of_a_generated_one_is_guarded_and_documented_as_that() {
    on_both(async |app| {
        let make = |name: &str| app.post("/tags").json(&json!(name));
        make("news")
            .send()
            .await
            .expect_problem(401, "unauthenticated");
        let viewer = make("news").as_role(Role::Viewer).send().await;
        viewer.expect_problem(403, "forbidden");
        let made = make("news")
            .as_account(ANN, Role::Member)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(made["name"], "news");
        let list = app.get("/tags").send().await.expect(200).json();
        assert_eq!(list, json!(["NEWS"]), "public, as its rule says");
        let one = app.get(&path_of("/tags", &made)).send().await.expect(200);
        assert_eq!(one.json(), made, "the others are generated");
        let put = app.put("/tags").send().await;
        let mut allowed: Vec<_> = put
            .header("allow")
            .unwrap()
            .split(',')
            .map(str::to_owned)
            .collect();
        allowed.sort();
        assert_eq!(allowed, ["GET", "HEAD", "POST"]);
        put.expect_problem(405, "method_not_allowed");

        let document = app.get("/openapi.json").send().await.json();
        let list = &document["paths"]["/tags"]["get"];
        assert_eq!(
            (&list["operationId"], &list["x-required-role"]),
            (&json!("list_tags"), &json!("anybody"))
        );
        assert_eq!(
            document["paths"]["/tags"]["post"]["x-required-role"],
            "MEMBER"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_applies_the_row_rules_of_its_caller() {
    on_both(async |app| {
        let make = app.post("/tags").as_account(ANN, Role::Member);
        let made = make.json(&json!("news")).send().await.expect(200).json();
        let rename = format!("{}/rename", path_of("/tags", &made));
        let by_bob = app.post(&rename).as_account(BOB, Role::Member).send().await;
        by_bob.expect_problem(403, "forbidden");
        let by_ann = app.post(&rename).as_account(ANN, Role::Member).send().await;
        assert_eq!(by_ann.expect(200).json()["name"], "renamed");
    })
    .await;
}
