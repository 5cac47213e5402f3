use skeleton_runtime::prelude::*;

#[resource]
pub enum Status {
    Draft,
}

fn main() {}
