use skeleton_runtime::prelude::*;

#[resource(path = "/")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
