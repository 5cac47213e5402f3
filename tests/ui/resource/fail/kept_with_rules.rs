use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(range(min = 1))]
    pub version: i64,
}

fn main() {}
