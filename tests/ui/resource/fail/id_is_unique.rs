// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    #[field(unique, index)]
    pub id: Uuid,
}

fn main() {}
