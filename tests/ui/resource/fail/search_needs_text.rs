use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(search)]
    pub views: i32,
}

fn main() {}
