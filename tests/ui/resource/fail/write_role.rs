use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(write = Admin)]
    pub title: String,
}

fn main() {}
