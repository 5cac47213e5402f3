use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(pattern(SLUG))]
    pub title: String,
}

fn main() {}
