use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(Role::Admin)]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author_id: Uuid,
}

fn main() {}
