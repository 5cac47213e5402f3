use skeleton_runtime::prelude::*;

#[resource]
pub union Bits {
    float: f32,
    int: u32,
}

fn main() {}
