use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub enum Roles {
    #[role(includes(Writer))]
    Reader,
    #[role(includes(Reader))]
    Writer,
}

fn main() {}
