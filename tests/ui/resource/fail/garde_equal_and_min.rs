use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(equal = 9, min = 1))]
    pub title: String,
}

fn main() {}
