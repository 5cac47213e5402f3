use skeleton_runtime::prelude::*;

#[resource(has_many(Comment))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
