use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: String,
}

fn main() {}
