// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(include_depth = 5)]
pub struct Category {
    pub id: Uuid,
    #[field(belongs_to = Category)]
    pub parent_id: Option<Uuid>,
}

#[resource(include_depth = "2")]
pub struct Shelf {
    pub id: Uuid,
    #[field(belongs_to = Shelf)]
    pub parent_id: Option<Uuid>,
}

fn main() {}
