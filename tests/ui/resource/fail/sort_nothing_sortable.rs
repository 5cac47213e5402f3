use skeleton_runtime::prelude::*;

#[resource(sort = "colour")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
