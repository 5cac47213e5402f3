// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(path, table =)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
