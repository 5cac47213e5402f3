use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
#[db_enum(krate = ::skeleton_runtime)]
pub enum Status {
    Draft,
}

fn main() {}
