use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    #[field(belongs_to = User)]
    pub id: Uuid,
}

fn main() {}
