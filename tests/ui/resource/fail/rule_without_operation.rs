use skeleton_runtime::prelude::*;

#[resource(operations(list, get))]
#[requires_role(read = Viewer, delete = Admin)]
pub struct Article {
    pub id: Uuid,
    #[field(owner)]
    pub author_id: Uuid,
}

fn main() {}
