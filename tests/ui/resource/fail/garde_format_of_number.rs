// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(email, contains("a"))]
    pub views: i32,
}

fn main() {}
