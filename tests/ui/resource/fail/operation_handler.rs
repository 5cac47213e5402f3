// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(operations(list = my_list, get = missing, create))]
pub struct Article {
    pub id: Uuid,
}

fn my_list() -> usize {
    0
}

fn main() {}
