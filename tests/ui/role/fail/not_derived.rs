use skeleton_runtime::prelude::*;

#[derive(Clone, Copy)]
pub enum Role {
    Reader,
    Writer,
}

#[resource]
#[requires_role(Writer)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
