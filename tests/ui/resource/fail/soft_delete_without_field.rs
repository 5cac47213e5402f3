use skeleton_runtime::prelude::*;

#[resource(soft_delete)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
