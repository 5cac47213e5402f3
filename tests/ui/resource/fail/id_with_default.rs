use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    #[field(default)]
    pub id: Uuid,
}

fn main() {}
