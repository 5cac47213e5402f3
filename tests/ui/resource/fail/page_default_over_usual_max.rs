use skeleton_runtime::prelude::*;

#[resource(page(default = 500))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
