use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[serde(rename(serialize = "a", deserialize = "b"))]
    pub title: String,
}

fn main() {}
