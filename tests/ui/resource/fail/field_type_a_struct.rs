use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Size {
    pub width: i32,
}

#[resource]
pub struct Article {
    pub id: Uuid,
    pub size: Size,
}

fn main() {}
