use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(belongs_to = User)]
    pub author_id: Option<i64>,
}

fn main() {}
