use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[garde(dive)]
    pub metadata: JsonValue,
}

fn main() {}
