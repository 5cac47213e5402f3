use skeleton_runtime::prelude::*;

#[resource(hooks)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
