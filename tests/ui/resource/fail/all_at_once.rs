// 7 mistakes.
use skeleton_runtime::prelude::*;

#[resource(pth = "/articles", sort = "title")]
#[requires_role(update = owner, fetch = Viewer)]
pub struct Article {
    pub title: String,
    #[field(fliter, search)]
    pub views: u32,
}

/// The struct and its payloads are there all the same.
pub fn article(new: NewArticle) -> Article {
    let _ = (ArticleChanges::default(), Article::meta(), articles::table);
    Article {
        title: new.title,
        views: new.views,
    }
}

fn main() {}
