use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(created_at)]
    pub made: String,
}

fn main() {}
