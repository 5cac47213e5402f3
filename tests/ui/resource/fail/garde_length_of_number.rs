use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(length(min = 1))]
    pub views: i32,
}

fn main() {}
