use skeleton_runtime::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Role)]
pub struct Roles;

fn main() {}
