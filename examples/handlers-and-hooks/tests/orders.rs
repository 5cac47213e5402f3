//! Each test runs on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.
#![cfg(test)]

use handlers_and_hooks::app;
use handlers_and_hooks::models::Product;
use serde_json::{Value, json};
use skeleton_runtime::conformance;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestClient};

async fn stock(app: &TestApp, product: &Product) -> Value {
    let path = format!("/products/{}", product.id);
    app.get(&path).send().await.expect(200).json()["stock"].take()
}

async fn order(buyer: &TestClient<'_>, product: &Product, quantity: i32) -> Value {
    let order = json!({"product_id": product.id, "quantity": quantity});
    let made = buyer.post("/orders").json(&order).send().await;
    made.expect(201).json()
}

#[skeleton_runtime::test]
async fn an_order_takes_from_the_stock_and_gives_back(app: TestApp) {
    let product = Product::factory().cents(250).stock(3).create(&app).await;
    let buyer = app.as_role(Role::Member);
    let made = order(&buyer, &product, 2).await;
    assert_eq!(made["cents"], 500);
    assert_eq!(stock(&app, &product).await, 1);

    let cancel = format!("/orders/{}/cancel", made["id"].as_str().unwrap());
    let cancelled = buyer.post(&cancel).send().await.expect(200).json();
    assert_eq!(cancelled["cancelled"], true);
    assert_eq!(stock(&app, &product).await, 3);

    let again = buyer.post(&cancel).send().await;
    again.expect_problem(409, "conflict");
    assert_eq!(stock(&app, &product).await, 3, "given back once");
}

#[skeleton_runtime::test]
async fn what_is_not_there_is_not_sold(app: TestApp) {
    let product = Product::factory().stock(1).create(&app).await;
    let buyer = app.as_role(Role::Member);
    let greedy = json!({"product_id": product.id, "quantity": 2});
    let refused = buyer.post("/orders").json(&greedy).send().await;
    let problem = refused.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "quantity");

    let nothing = json!({"product_id": Uuid::nil(), "quantity": 1});
    let refused = buyer.post("/orders").json(&nothing).send().await;
    let problem = refused.expect_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "product_id");
    assert_eq!(stock(&app, &product).await, 1);
}

#[skeleton_runtime::test]
async fn only_buyers_cancel(app: TestApp) {
    let product = Product::factory().stock(1).create(&app).await;
    let made = order(&app.as_role(Role::Member), &product, 1).await;
    let cancel = format!("/orders/{}/cancel", made["id"].as_str().unwrap());
    let stranger = app.as_account("stranger@example.com", Role::Member);
    stranger
        .post(&cancel)
        .send()
        .await
        .expect_problem(404, "not_found");
}

#[skeleton_runtime::test]
async fn what_is_sold_out_is_told_to_admins(app: TestApp) {
    Product::factory().name("Lamp").stock(0).create(&app).await;
    Product::factory().name("Chair").stock(4).create(&app).await;
    let path = "/products/sold-out";
    let admin = app.as_role(Role::Admin);
    assert_eq!(
        admin.get(path).send().await.expect(200).json(),
        json!(["Lamp"])
    );
    app.as_role(Role::Member)
        .get(path)
        .send()
        .await
        .expect_problem(403, "forbidden");
}

conformance!(Product);
