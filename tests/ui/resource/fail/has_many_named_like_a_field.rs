use skeleton_runtime::prelude::*;

#[resource(has_many(comments: Comment))]
pub struct Article {
    pub id: Uuid,
    pub comments: i64,
}

#[resource]
pub struct Comment {
    pub id: Uuid,
    #[field(belongs_to = Article)]
    pub article_id: Uuid,
}

fn main() {}
