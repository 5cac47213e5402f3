use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(read = Viewer)]
#[requires_role(write = Member)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
