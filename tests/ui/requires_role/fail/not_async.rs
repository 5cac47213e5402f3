use skeleton_runtime::prelude::*;

#[requires_role(Admin)]
fn publish() -> &'static str {
    "published"
}

fn main() {}
