use skeleton_runtime::prelude::*;

#[resource(sort = "-title")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
