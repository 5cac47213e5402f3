// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(operations(list, gte, find))]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
