use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Roles {
    Reader,
    #[role(includes(Raeder))]
    Writer,
}

fn main() {}
