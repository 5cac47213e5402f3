use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter = true)]
    pub title: String,
}

fn main() {}
