use skeleton_runtime::prelude::*;

#[resource]
pub struct Category {
    pub id: Uuid,
    pub parent: String,
    #[field(belongs_to = Category)]
    pub parent_id: Option<Uuid>,
}

fn main() {}
