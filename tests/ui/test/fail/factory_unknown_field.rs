use skeleton_runtime::prelude::*;
use skeleton_runtime::test_util::TestApp;

#[resource]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

pub async fn make(app: &TestApp) -> Article {
    Article::factory().titel("A").create(app).await
}

fn main() {}
