use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(write_only)]
    pub token: Secret,
}

fn main() {}
