//! What the resources do not give by themselves.

use skeleton_runtime::prelude::*;

use crate::models::{Article, ArticleChanges, Status};

/// Publishes an article.
///
/// # Errors
///
/// 404 where there is none.
#[utoipa::path(
    post,
    path = "/articles/{id}/publish",
    params(("id" = Uuid, Path, description = "The article")),
    responses((status = 200, description = "The article as published", body = Article))
)]
#[requires_role(Admin)]
pub async fn publish(articles: Repository<Article>, Path(id): Path<Uuid>) -> Result<Json<Article>> {
    let changes = ArticleChanges {
        status: Patch::Set(Status::Published),
        published_at: Patch::Set(Some(Utc::now())),
        ..ArticleChanges::default()
    };
    articles.update(id, changes).await.map(Json)
}
