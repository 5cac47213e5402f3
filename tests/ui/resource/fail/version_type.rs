use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(version)]
    pub revision: String,
}

fn main() {}
