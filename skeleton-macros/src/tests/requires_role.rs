use super::{Macro, assert_expansion};

pub(super) const HANDLER: &str = r#"
/// Publishes an article.
#[requires_role(Admin | exactly(Editor))]
#[utoipa::path(post, path = "/articles/{id}/publish")]
pub async fn publish(articles: Repository<Article>, Path(id): Path<Uuid>) -> Result<Json<Article>> {
    articles.update(id, published()).await.map(Json)
}
"#;

#[test]
fn a_handler() {
    assert_expansion("requires_role_handler", Macro::RequiresRole, HANDLER);
}

#[test]
fn a_struct_hands_its_rules_on() {
    let input = "#[requires_role(read = public)] #[resource(path = \"/x\")] #[derive(Eq)] struct X { id: Uuid }";
    assert_expansion("requires_role_above_resource", Macro::RequiresRole, input);
}

#[test]
fn a_handler_after_an_error() {
    assert_expansion(
        "requires_role_after_an_error",
        Macro::RequiresRole,
        "#[requires_role] fn publish() {}",
    );
}
