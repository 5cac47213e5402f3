use skeleton_runtime::prelude::*;

#[resource(sort = "-titel")]
pub struct Article {
    pub id: Uuid,
    #[field(sort)]
    pub title: String,
}

fn main() {}
