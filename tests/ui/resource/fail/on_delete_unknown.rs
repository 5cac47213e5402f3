use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(belongs_to = User, on_delete = casacde)]
    pub author_id: Uuid,
}

fn main() {}
