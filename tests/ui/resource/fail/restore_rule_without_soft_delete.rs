use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(restore = Admin)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
