use skeleton_runtime::prelude::*;

#[requires_role(reed = Viewer)]
#[resource]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
