use skeleton_runtime::prelude::*;

#[resource(path = "/a", page(max = 5), path = "/b")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
