use skeleton_runtime::prelude::*;

#[resource(page(limit = 5))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
