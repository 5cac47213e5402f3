use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(update = owner | Admin)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
