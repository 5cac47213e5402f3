use skeleton_runtime::prelude::*;

#[resource]
pub struct Article<T> {
    pub id: Uuid,
    pub body: T,
}

fn main() {}
