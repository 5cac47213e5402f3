// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(operations(list =, get = 7, create))]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
