use skeleton_runtime::prelude::*;

pub struct Article;

pub struct Newsroom;

impl Hooks<Article> for Newsroom {}

fn main() {}
