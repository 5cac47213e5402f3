use skeleton_runtime::prelude::*;

#[requires_role(Admin)]
pub enum Status {
    Draft,
}

fn main() {}
