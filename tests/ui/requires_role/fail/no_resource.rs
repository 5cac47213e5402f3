use skeleton_runtime::prelude::*;

#[requires_role(Admin)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
