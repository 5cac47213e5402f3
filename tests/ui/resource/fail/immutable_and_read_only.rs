use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(read_only, immutable)]
    pub title: String,
}

fn main() {}
