// 2 mistakes.
use skeleton_runtime::prelude::*;

pub struct Role;

#[resource]
#[requires_role(Admin)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
