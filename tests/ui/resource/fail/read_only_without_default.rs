use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, DbEnum)]
pub enum Status {
    Draft,
}

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(read_only)]
    pub status: Status,
}

fn main() {}
