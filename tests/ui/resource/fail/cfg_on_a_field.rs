use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[cfg(unix)]
    pub title: String,
}

fn main() {}
