use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(read_only, default, write = Admin)]
    pub title: String,
}

fn main() {}
