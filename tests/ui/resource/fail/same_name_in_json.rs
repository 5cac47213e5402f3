use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    pub title: String,
    #[serde(rename = "title")]
    pub headline: String,
}

fn main() {}
