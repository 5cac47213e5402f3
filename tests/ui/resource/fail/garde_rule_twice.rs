use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(min = 1), length(max = 9))]
    pub title: String,
}

fn main() {}
