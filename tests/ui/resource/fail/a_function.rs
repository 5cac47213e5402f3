use skeleton_runtime::prelude::*;

#[resource]
pub fn article() {}

fn main() {}
