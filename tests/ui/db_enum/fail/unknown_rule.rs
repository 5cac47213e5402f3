use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
#[serde(rename_all = "snakecase")]
pub enum Status {
    Draft,
}

fn main() {}
