use skeleton_runtime::prelude::*;

#[resource(hooks = Newsroom)]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
