// 4 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter, sort, search, unique)]
    pub token: Secret<String>,
}

fn main() {}
