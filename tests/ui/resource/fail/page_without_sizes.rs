use skeleton_runtime::prelude::*;

#[resource(page())]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
