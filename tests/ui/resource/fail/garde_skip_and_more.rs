use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(skip, ascii)]
    pub title: String,
}

fn main() {}
