use skeleton_runtime::prelude::*;

#[derive(DbEnum)]
pub union Status {
    a: u8,
    b: i8,
}

fn main() {}
