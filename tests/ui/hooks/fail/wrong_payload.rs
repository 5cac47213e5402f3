use skeleton_runtime::prelude::*;

pub struct Newsroom;

#[resource(hooks = Newsroom)]
pub struct Article {
    pub id: Uuid,
    pub title: String,
}

impl Hooks<Article> for Newsroom {
    async fn before_create(_: &mut Context<'_>, _: &mut Article) -> Result<()> {
        Ok(())
    }
}

fn main() {}
