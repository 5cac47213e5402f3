use skeleton_runtime::prelude::*;

#[requires_role(read = Admin)]
async fn publish() {}

fn main() {}
