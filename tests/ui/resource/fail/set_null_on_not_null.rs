use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(belongs_to = User, on_delete = set_null)]
    pub author_id: Uuid,
}

fn main() {}
