use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub enum Status {
    Draft,
    Published(i64),
}

fn main() {}
