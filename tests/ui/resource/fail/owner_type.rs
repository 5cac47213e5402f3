use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author: i64,
}

fn main() {}
