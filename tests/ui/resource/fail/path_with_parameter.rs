use skeleton_runtime::prelude::*;

#[resource(path = "/news/{id}/articles")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
