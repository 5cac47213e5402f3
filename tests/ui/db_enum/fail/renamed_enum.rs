use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
#[serde(rename = "status")]
pub enum Status {
    Draft,
}

fn main() {}
