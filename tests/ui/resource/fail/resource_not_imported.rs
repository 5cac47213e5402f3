use skeleton_runtime::prelude::Uuid;

#[resource]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
