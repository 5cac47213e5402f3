// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(create = owner | Member, list = owner)]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author_id: Uuid,
}

fn main() {}
