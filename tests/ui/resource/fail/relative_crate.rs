use skeleton_runtime::prelude::*;

#[resource(crate = skeleton_runtime)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
