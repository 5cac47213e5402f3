use skeleton_runtime::prelude::*;

#[resource(table = "News.Articles")]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
