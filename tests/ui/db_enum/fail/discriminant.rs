use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub enum Status {
    Draft = 5,
}

fn main() {}
