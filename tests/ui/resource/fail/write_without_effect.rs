use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(write = Admin, create = Member, update = Member, delete = Admin)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

fn main() {}
