use skeleton_runtime::prelude::*;

#[derive(Role)]
pub enum Rank {
    Reader,
    Writer,
}

fn main() {}
