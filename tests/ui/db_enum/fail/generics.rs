use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub enum Status<const N: usize> {
    Draft,
}

fn main() {}
