use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    pub colour: Colour,
}

fn main() {}
