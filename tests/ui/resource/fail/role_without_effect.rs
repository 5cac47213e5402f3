// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(read = authenticated | Viewer, write = Admin | exactly(Admin))]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author_id: Uuid,
}

fn main() {}
