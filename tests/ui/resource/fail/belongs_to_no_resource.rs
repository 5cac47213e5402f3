use skeleton_runtime::prelude::*;

pub struct Author;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(belongs_to = Author)]
    pub author_id: Uuid,
}

fn main() {}
