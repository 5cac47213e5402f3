use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter, sort)]
    #[field(filter)]
    pub title: String,
}

fn main() {}
