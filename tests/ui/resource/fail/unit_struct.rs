use skeleton_runtime::prelude::*;

#[resource]
pub struct Article;

fn main() {}
