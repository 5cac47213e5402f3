use domain::catalogue::{Author, Book};
use domain::{Role, app};
use serde_json::json;
use skeleton_runtime::conformance;
use skeleton_runtime::test_util::TestApp;

#[skeleton_runtime::test]
async fn books_stand_in_the_order_of_the_shelf(app: TestApp) {
    let librarian = app.as_role(Role::Librarian);
    let author = Author::factory().create(&app).await;
    for title in ["The Hobbit", "An Atlas", "Cosmos"] {
        let book = json!({"title": title, "author_id": author.id});
        librarian
            .post("/books")
            .json(&book)
            .send()
            .await
            .expect(201);
    }
    // Anybody may read.
    let page = app.get("/books?fields=shelf_title").send().await;
    let page = page.expect(200).json();
    let titles = page["items"].as_array().unwrap().iter();
    let titles: Vec<_> = titles.map(|book| &book["shelf_title"]).collect();
    assert_eq!(titles, ["Atlas, An", "Cosmos", "Hobbit, The"]);
}

#[skeleton_runtime::test]
async fn an_author_comes_with_the_books(app: TestApp) {
    let author = Author::factory().create(&app).await;
    Book::factory()
        .author_id(author.id)
        .create_many(&app, 2)
        .await;
    let path = format!("/authors/{}?include=books", author.id);
    let row = app.get(&path).send().await.expect(200).json();
    assert_eq!(row["books"].as_array().unwrap().len(), 2);
}

conformance!(Author);
conformance!(Book);
