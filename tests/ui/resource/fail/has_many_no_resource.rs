// 2 mistakes.
use skeleton_runtime::prelude::*;

pub struct Comment;
pub struct ArticleTag;

#[resource(has_many(comments: Comment, tags: Tag through ArticleTag))]
pub struct Article {
    pub id: Uuid,
}

#[resource]
pub struct Tag {
    pub id: Uuid,
}

fn main() {}
