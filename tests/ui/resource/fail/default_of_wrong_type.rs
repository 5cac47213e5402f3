use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(default = "none")]
    pub title: String,
}

fn main() {}
