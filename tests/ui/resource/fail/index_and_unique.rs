use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(unique, index)]
    pub title: String,
}

fn main() {}
