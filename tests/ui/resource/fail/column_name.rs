use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(column = "the headline")]
    pub title: String,
}

fn main() {}
