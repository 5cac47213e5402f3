use skeleton_runtime::prelude::*;

#[resource]
pub struct Invoice {
    pub number: i64,
}

fn main() {}
