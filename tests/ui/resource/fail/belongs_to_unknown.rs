use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(belongs_to = Author)]
    pub author_id: Uuid,
}

fn main() {}
