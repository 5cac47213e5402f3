use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(chars, bytes, max = 9))]
    pub title: String,
}

fn main() {}
