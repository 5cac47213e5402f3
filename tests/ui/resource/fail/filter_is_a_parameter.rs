use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter)]
    pub q: String,
}

fn main() {}
