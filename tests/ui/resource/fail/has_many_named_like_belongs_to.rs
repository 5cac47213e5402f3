use skeleton_runtime::prelude::*;

#[resource(has_many(parent: Category via parent_id))]
pub struct Category {
    pub id: Uuid,
    #[field(belongs_to = Category)]
    pub parent_id: Option<Uuid>,
}

fn main() {}
