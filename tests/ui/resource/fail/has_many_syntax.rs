// 9 mistakes.
use skeleton_runtime::prelude::*;

#[resource(has_many(
    Comment,
    news::Comment,
    notes,
    drafts:,
    replies: Comment by parent_id,
    others: Comment via,
    tags: Tag through,
    friends: Tag via tag_id through ArticleTag,
    5,
))]
pub struct Article {
    pub id: Uuid,
}

fn main() {}
