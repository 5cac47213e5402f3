use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(default)]
    pub title: Option<String>,
}

fn main() {}
