use skeleton_runtime::prelude::*;

#[resource(operations())]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
