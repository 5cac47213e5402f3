use skeleton_runtime::prelude::*;

pub enum Mark {
    Black,
}

#[resource]
pub struct Author {
    pub id: Uuid,
    pub mark: Secret<Mark>,
}

fn main() {}
