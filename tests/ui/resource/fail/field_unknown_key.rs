use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(fliter)]
    pub title: String,
}

fn main() {}
