use skeleton_runtime::prelude::*;

#[resource(has_many(comments: Comment))]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
