//! A service of notes.

pub mod models;

use skeleton_runtime::prelude::*;

/// The application, ready to run or to be tested.
#[must_use]
pub fn app() -> App {
    App::new(package!())
        .migrations(migrations!("migrations"))
        .resource::<models::Note>()
}
