use skeleton_runtime::prelude::*;

#[requires_role(Admn)]
async fn publish() {}

fn main() {}
