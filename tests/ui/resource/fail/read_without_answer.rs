use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(write_only, read = Admin)]
    pub title: String,
}

fn main() {}
