use skeleton_runtime::prelude::*;

#[resource(colour = "red")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
