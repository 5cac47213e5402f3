use skeleton_runtime::prelude::*;

#[resource(sort = "title,-title")]
pub struct Article {
    pub id: Uuid,
    #[field(sort)]
    pub title: String,
}

fn main() {}
