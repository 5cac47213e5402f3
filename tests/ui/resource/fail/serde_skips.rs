use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[serde(skip)]
    pub title: String,
}

fn main() {}
