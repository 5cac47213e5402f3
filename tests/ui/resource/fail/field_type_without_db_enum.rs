use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Status {
    Draft,
}

#[resource]
pub struct Article {
    pub id: Uuid,
    pub status: Option<Status>,
}

fn main() {}
