use skeleton_runtime::prelude::*;

pub enum Status {
    Draft,
}

#[resource]
pub struct Article {
    pub id: Uuid,
    pub status: Status,
}

fn main() {}
