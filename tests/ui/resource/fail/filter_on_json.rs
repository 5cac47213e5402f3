// 2 mistakes.
use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter, sort)]
    pub metadata: JsonValue,
}

fn main() {}
