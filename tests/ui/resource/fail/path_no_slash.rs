use skeleton_runtime::prelude::*;

#[resource(path = "articles")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
