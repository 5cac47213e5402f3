use domain::catalogue::Book;
use domain::{Role, app};
use serde_json::{Value, json};
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{TestApp, TestClient};

async fn borrow(reader: &TestClient<'_>, book: &Book) -> Value {
    let loan = json!({"book_id": book.id});
    let lent = reader.post("/loans").json(&loan).send().await;
    lent.expect(201).json()
}

#[skeleton_runtime::test]
async fn a_book_is_lent_to_one_reader_at_a_time(app: TestApp) {
    let book = Book::factory().create(&app).await;
    let ann = app.as_account("ann@example.com", Role::Reader);
    let bob = app.as_account("bob@example.com", Role::Reader);
    let lent = borrow(&ann, &book).await;
    assert_eq!(lent["reader_id"], json!(ann.account().await.id));
    let due: NaiveDate = serde_json::from_value(lent["due_on"].clone()).unwrap();
    assert!(due > Utc::now().date_naive());

    let again = bob.post("/loans").json(&json!({"book_id": book.id}));
    let problem = again.send().await.expect_problem(409, "conflict");
    assert_eq!(problem["errors"][0]["field"], "book_id");

    let back = format!("/loans/{}/return", lent["id"].as_str().unwrap());
    ann.post(&back)
        .send()
        .await
        .expect_problem(403, "forbidden");
    let desk = app.as_role(Role::Librarian);
    let ended = desk.post(&back).send().await.expect(200).json();
    // Taking back what is back changes nothing.
    let twice = desk.post(&back).send().await.expect(200).json();
    assert_eq!(ended, twice);
    borrow(&bob, &book).await;
}

#[skeleton_runtime::test]
async fn readers_see_their_own_loans(app: TestApp) {
    let ann = app.as_account("ann@example.com", Role::Reader);
    let bob = app.as_account("bob@example.com", Role::Reader);
    let book = Book::factory().create(&app).await;
    let lent = borrow(&ann, &book).await;
    let path = format!("/loans/{}", lent["id"].as_str().unwrap());
    ann.get(&path).send().await.expect(200);
    bob.get(&path).send().await.expect_problem(404, "not_found");
    bob.get("/loans")
        .send()
        .await
        .expect_problem(403, "forbidden");
}
