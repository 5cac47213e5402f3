use skeleton_runtime::prelude::*;

#[resource(has_many(comments: Comment, replies: Comment via parent_id))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
