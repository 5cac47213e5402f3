use skeleton_runtime::prelude::*;

mod model {
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum Status {
        Draft,
    }
}

#[resource]
pub struct Article {
    pub id: Uuid,
    #[field(filter)]
    pub status: model::Status,
}

fn main() {}
