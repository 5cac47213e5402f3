use skeleton_runtime::prelude::*;

pub struct Newsroom;

#[resource(hooks = Newsroom)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
