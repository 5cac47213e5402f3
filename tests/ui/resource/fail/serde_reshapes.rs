use skeleton_runtime::prelude::*;

#[resource]
pub struct Article {
    pub id: Uuid,
    #[serde(flatten)]
    pub metadata: JsonValue,
}

fn main() {}
