use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Roles {
    Reader,
    Writer { desk: u8 },
}

fn main() {}
