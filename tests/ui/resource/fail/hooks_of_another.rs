use skeleton_runtime::prelude::*;

pub struct Newsroom;

#[resource(hooks = Newsroom)]
pub struct Article {
    pub id: Uuid,
}

#[resource]
pub struct Comment {
    pub id: Uuid,
    pub body: String,
}

impl Hooks<Comment> for Newsroom {
    async fn before_create(_: &mut Context<'_>, new: &mut NewComment) -> Result<()> {
        new.body.push('.');
        Ok(())
    }
}

fn main() {}
