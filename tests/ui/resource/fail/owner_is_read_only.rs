// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(owner, read_only, immutable)]
    pub author: Uuid,
}

fn main() {}
