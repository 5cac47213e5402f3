use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(chars, max = 9))]
    pub tags: Vec<String>,
}

fn main() {}
