use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(id)]
    pub number: i64,
}

fn main() {}
