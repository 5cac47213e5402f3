use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(custom(is_slug))]
    pub slug: String,
}

fn main() {}
