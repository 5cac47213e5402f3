use skeleton_runtime::prelude::*;

#[requires_role(owner | Admin)]
async fn publish() {}

fn main() {}
