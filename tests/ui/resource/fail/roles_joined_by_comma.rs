use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(Admin, Member)]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author_id: Uuid,
}

fn main() {}
