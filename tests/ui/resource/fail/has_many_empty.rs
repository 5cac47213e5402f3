use skeleton_runtime::prelude::*;

#[resource(has_many())]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
