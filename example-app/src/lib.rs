//! A newsroom: articles, comments and categories, as a whole service.

pub mod handlers;
pub mod hooks;
pub mod models;
pub mod seed;

use skeleton_runtime::prelude::*;

use models::{Article, Category, Comment};

/// The application, ready to run or to be tested.
#[must_use]
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("../migrations"))
        .resource::<Category>()
        .resource::<Article>()
        .resource::<Comment>()
        .routes(routes!(handlers::publish))
        .seed(seed::seed)
}
