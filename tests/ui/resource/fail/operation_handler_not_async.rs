use skeleton_runtime::prelude::*;

#[resource(operations(list = my_list, get))]
pub struct Article {
    pub id: Uuid,
}

fn my_list() -> &'static str {
    "[]"
}

fn main() {}
