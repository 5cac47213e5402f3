use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(range(min = 1))]
    pub title: String,
}

fn main() {}
