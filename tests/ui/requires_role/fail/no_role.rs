use skeleton_runtime::prelude::*;

#[requires_role]
async fn publish() {}

fn main() {}
