use skeleton_runtime::prelude::*;

#[resource]
#[resource]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
