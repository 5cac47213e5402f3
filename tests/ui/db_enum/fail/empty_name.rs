use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub enum Status {
    #[serde(rename = "")]
    Draft,
}

fn main() {}
