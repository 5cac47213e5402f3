use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub struct Status;

fn main() {}
