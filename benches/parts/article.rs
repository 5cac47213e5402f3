//! The resource of bench-service, and what it holds.

#[path = "../../bench-service/src/article.rs"]
mod declared;

use skeleton_runtime::prelude::*;

pub(crate) use declared::{Article, Status};

pub(crate) fn app() -> App {
    App::new(package!())
        .migrations(migrations!("../bench-service/migrations"))
        .resource::<Article>()
}

/// 328 bytes.
pub(crate) fn text() -> String {
    "Lorem ipsum dolor sit amet, consectetur. ".repeat(8)
}
