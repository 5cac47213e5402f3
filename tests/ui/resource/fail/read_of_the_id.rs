use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    #[field(read = Admin)]
    pub id: Uuid,
    pub title: String,
}

fn main() {}
