// 3 mistakes.
use skeleton_runtime::prelude::*;

#[requires_role(owner | Admin | Admin)]
fn publish() {}

fn main() {}
