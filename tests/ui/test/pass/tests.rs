//! Tests with every key, and the suite of a resource.
#![deny(warnings, missing_docs, clippy::pedantic)]

use skeleton_runtime::conformance;
use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::{FactoryOf, TestApp};

/// A book.
#[resource]
pub struct Book {
    /// The book.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// A keyword as a name, and a type of many words.
    pub r#type: Option<Vec<String>>,
}

/// Private, with a private type.
#[resource(path = "/pages", table = "pages")]
struct Page {
    id: i64,
    key: Secret<String>,
    kind: Kind,
}

/// Which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
enum Kind {
    /// The first.
    Title,
}

/// The application.
#[must_use]
pub fn app() -> App {
    App::new(package!()).resource::<Book>().resource::<Page>()
}

/// A module with an application of its own.
pub mod support {
    pub use super::app as other;
}

/// A factory with a name.
#[must_use]
pub fn titled() -> FactoryOf<Book> {
    Book::factory().title("Title").r#type(vec![String::new()])
}

/// Makes a page.
pub async fn page(app: &TestApp) -> bool {
    let page = Page::factory()
        .key("key")
        .kind(Kind::Title)
        .create(app)
        .await;
    page.id > 0 && page.key.expose() == "key" && page.kind == Kind::Title
}

/// Is a test on each database.
#[skeleton_runtime::test(app = support::other, set("DOCS_ENABLED" = "false",), crate = ::skeleton_runtime)]
async fn plain(app: TestApp) {
    let _ = app;
}

#[skeleton_runtime::test]
#[cfg(debug_assertions)]
async fn with_a_result(app: skeleton_runtime::test_util::TestApp) -> Result<()> {
    app.get("/health").send().await.expect(200);
    Ok(())
}

conformance!(Book);
conformance!(
    self::Page,
    app = support::other,
    values(key = "key"),
    without(bulk, restore),
    set("DOCS_ENABLED" = "false")
);
