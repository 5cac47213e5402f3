use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Roles {
    #[role(default)]
    Reader,
    #[role(default)]
    Writer,
}

fn main() {}
