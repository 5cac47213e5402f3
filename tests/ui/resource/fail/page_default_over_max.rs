use skeleton_runtime::prelude::*;

#[resource(page(default = 50, max = 20))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
