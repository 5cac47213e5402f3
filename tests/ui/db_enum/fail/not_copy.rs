use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, PartialEq, DbEnum)]
pub enum Status {
    Draft,
}

fn main() {}
