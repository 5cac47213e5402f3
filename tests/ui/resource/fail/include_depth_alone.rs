use skeleton_runtime::prelude::*;

#[resource(include_depth = 2)]
pub struct Category {
    pub id: Uuid,
    #[field(belongs_to = Category)]
    pub parent: Option<Uuid>,
}

fn main() {}
