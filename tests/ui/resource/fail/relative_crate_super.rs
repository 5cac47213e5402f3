use skeleton_runtime::prelude::*;

#[resource(crate = super::runtime)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
