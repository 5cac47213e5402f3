use skeleton_runtime::prelude::*;

#[resource(operations = list)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
