// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource(renamed_from)]
pub struct Article {
    pub id: Uuid,
    #[field(renamed_from = title)]
    pub headline: String,
}

fn main() {}
