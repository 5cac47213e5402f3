use skeleton_runtime::prelude::*;

pub struct Newsroom;

impl Newsroom {
    #[requires_role(Admin)]
    async fn publish(&self) {}
}

fn main() {}
