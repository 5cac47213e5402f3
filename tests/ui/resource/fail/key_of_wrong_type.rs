// 3 mistakes.
use skeleton_runtime::prelude::*;

#[resource(path = 5, sort = created_at, page(default = "ten"))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
