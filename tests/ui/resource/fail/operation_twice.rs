use skeleton_runtime::prelude::*;

#[resource(operations(list, get, list))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
