use skeleton_runtime::prelude::*;

#[resource(pth = "/articles")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
