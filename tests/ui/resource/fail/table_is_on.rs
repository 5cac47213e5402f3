use skeleton_runtime::prelude::*;

#[resource(table = true)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
