use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(chars))]
    pub title: String,
}

fn main() {}
