use super::{Macro, assert_expansion};

pub(super) const TEST: &str = r#"
/// An article is found.
#[test(app = example_app::app, set("AUTH_REGISTRATION" = "false"))]
async fn an_article_is_found(app: TestApp) {
    app.get("/articles").send().await.expect(401);
}
"#;

pub(super) const SUITE: &str = "models::BlogPost, values(code = \"A-1\"), without(list, bulk)";

#[test]
fn a_test() {
    assert_expansion("test", Macro::Test, TEST);
}

#[test]
fn a_suite() {
    assert_expansion("conformance", Macro::Conformance, SUITE);
}
