use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(min = 9, max = 1))]
    pub title: String,
}

fn main() {}
