use skeleton_runtime::prelude::*;

#[derive(Debug, PartialEq, DbEnum)]
pub enum Status {
    Draft,
}

#[resource]
pub struct Article {
    pub id: Uuid,
    pub status: Option<Status>,
}

fn main() {}
