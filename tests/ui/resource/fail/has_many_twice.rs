use skeleton_runtime::prelude::*;

#[resource(has_many(comments: Comment, comments: Comment via second_id))]
pub struct Article {
    pub id: Uuid,
}

#[resource]
pub struct Comment {
    pub id: Uuid,
    #[field(belongs_to = Article)]
    pub article_id: Uuid,
}

fn main() {}
