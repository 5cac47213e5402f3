use skeleton_runtime::prelude::*;

#[resource]
#[serde(rename_all = "camelcase")]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
