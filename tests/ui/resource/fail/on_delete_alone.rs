use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(on_delete = cascade)]
    pub author_id: Uuid,
}

fn main() {}
