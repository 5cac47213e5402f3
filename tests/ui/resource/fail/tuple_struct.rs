use skeleton_runtime::prelude::*;

#[resource]
#[requires_role(Admin)]
pub struct Article(#[field(id)] Uuid, String);

fn main() {}
